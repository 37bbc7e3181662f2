import { DeFlowError } from '@deflow/images';

/** The command was called in a way that it does not understand. */
export class UsageError extends DeFlowError {
  constructor(problem: string) {
    super(problem, { remedy: 'See deflow-metrics --help.' });
  }
}
