export { EmptyFolderError, MissingFolderError, NoUsablePhotoError, PhotoFolderError, SplitError } from './errors.ts';
export { type PatchSampler, type PatchSamplerOptions, patchSampler } from './patch-sampler.ts';
export { type SplitByNameOptions, splitByName } from './split-by-name.ts';
