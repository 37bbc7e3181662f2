import { DeFlowError } from '@deflow/images';

/** The command was called in a way that it does not understand. */
export class UsageError extends DeFlowError {
  constructor(problem: string) {
    super(problem, { remedy: 'See deflow-metrics --help.' });
  }
}

/** A picture of a folder that is measured as a whole cannot be measured: without it the number would be another one. */
export class PictureError extends DeFlowError {
  constructor(path: string, cause: DeFlowError) {
    super(`${path}: ${cause.message}`, { remedy: 'Or move the picture out of the folder.', value: path, cause });
  }
}
