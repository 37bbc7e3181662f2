import { DeFlowError } from '@deflow/images';

/** A file of parameters is missing or cannot be read. */
export class ModelFileError extends DeFlowError {
  constructor(path: string, metric: string, remedy: string, cause: unknown) {
    super(`The ${metric} parameters ${path} cannot be read.`, { remedy, value: path, cause });
  }
}
