export {
  type Checkpoint,
  type CheckpointContents,
  readCheckpoint,
  readContents,
  type WriteCheckpointOptions,
  writeCheckpoint,
} from './node/checkpoint-file.ts';
export type { CheckpointFormat } from './node/format.ts';
export { describeContents } from './node/print-contents.ts';
export { writeAtomically } from './node/write-atomically.ts';
