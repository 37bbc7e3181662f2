export { ModelFileError } from './node/errors.ts';
export { readBrisqueModel, readNiqeModel } from './node/model-files.ts';
export { MissingWeightsError, WeightsChecksumError, WeightsDownloadError } from './node/weights/errors.ts';
export {
  type ConvertWeightsOptions,
  convertWeights,
  type FetchWeightsOptions,
  fetchWeights,
  type StoredWeights,
} from './node/weights/fetch-weights.ts';
export { weightsFolder } from './node/weights/folder.ts';
export {
  type ReadDistsOptions,
  type ReadInceptionOptions,
  type ReadLpipsOptions,
  readDistsWeights,
  readInceptionWeights,
  readLpipsWeights,
} from './node/weights/read-weights.ts';
