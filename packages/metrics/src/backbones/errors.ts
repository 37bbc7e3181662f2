import { DeFlowError } from '@deflow/images';

/** A file of weights does not hold the tensors that the network needs. */
export class WeightsError extends DeFlowError {
  constructor(what: string, problems: readonly string[], source: string) {
    const shown = problems.slice(0, 4).join('; ');
    const more = problems.length > 4 ? `; and ${problems.length - 4} more` : '';
    super(`These are no weights of ${what}: ${shown}${more}.`, { remedy: `Give ${source}.`, value: problems });
  }
}
