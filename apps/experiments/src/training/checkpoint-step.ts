import { decodeSafetensors } from '@deflow/checkpoints';
import { RunFolderError } from '../errors.ts';

/** How many steps lie behind a checkpoint of a training. */
export function checkpointStep(checkpoint: Uint8Array): number {
  const position = decodeSafetensors(checkpoint).metadata['deflow.training'];
  const step: unknown = position === undefined ? undefined : JSON.parse(position).step;
  if (typeof step === 'number') return step;
  throw new RunFolderError('The checkpoint holds no training to go on with.', {
    remedy: 'Begin a new run without --resume.',
    value: position,
  });
}
