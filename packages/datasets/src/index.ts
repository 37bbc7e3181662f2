export { type Camera, type CameraModelOptions, type Compress, cameraModel } from './camera/camera-model.ts';
export type { Demosaic } from './camera/demosaic.ts';
export { type DeadLeavesOptions, deadLeaves } from './dead-leaves/dead-leaves.ts';
export { EmptyFolderError, MissingFolderError, NoUsablePhotoError, PhotoFolderError, SplitError } from './errors.ts';
export { type PatchSampler, type PatchSamplerOptions, patchSampler } from './patch-sampler.ts';
export { type SplitByNameOptions, splitByName } from './split-by-name.ts';
