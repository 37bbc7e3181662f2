export { type Camera, type CameraModelOptions, type Compress, cameraModel } from './camera/camera-model.ts';
export {
  type CameraPreset,
  type CameraProcess,
  type CameraStep,
  cameraPresets,
  cameraProcess,
} from './camera/camera-process.ts';
export type { Demosaic } from './camera/demosaic.ts';
export { type DeadLeavesOptions, deadLeaves } from './dead-leaves/dead-leaves.ts';
export {
  BenchmarkError,
  CacheError,
  CacheWriteError,
  CorruptImagesError,
  EmptyFolderError,
  LoaderError,
  LoaderPositionError,
  MissingFolderError,
  MissingSetError,
  NoUsablePhotoError,
  PhotoFolderError,
  type SkippedFile,
  SmallImagesError,
  SplitError,
  UnpairedImagesError,
} from './errors.ts';
export { type NamePair, type PairByNameOptions, pairByName } from './pairing/pair-by-name.ts';
export { type PatchSampler, type PatchSamplerOptions, patchSampler } from './patch-sampler.ts';
export { type SplitByNameOptions, splitByName } from './split-by-name.ts';
