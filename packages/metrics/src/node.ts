export { ModelFileError } from './node/errors.ts';
export { readBrisqueModel, readNiqeModel } from './node/model-files.ts';
