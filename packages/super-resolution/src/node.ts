export {
  type ReadSuperResolutionOptions,
  readSuperResolution,
  type WriteSuperResolutionOptions,
  writeSuperResolution,
  writeTrainingCheckpoint,
} from './node/super-resolution-file.ts';
