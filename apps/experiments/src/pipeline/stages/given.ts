import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { writeRunFile } from '../../run-folder/write-run-file.ts';
import type { Stage } from '../stage.ts';
import { checkpointFile } from '../train-network.ts';

/** A DeFlow that was trained before, in place of a training. @throws UsageError when the file cannot be read. */
export function givenStage(path: string): Stage {
  const bytes = readGiven(path);
  return {
    kind: 'train',
    label: 'given',
    settings: { sha256: createHash('sha256').update(bytes).digest('hex') },
    inputs: [],
    run: ({ folder }) => writeRunFile(join(folder, checkpointFile), bytes),
  };
}

function readGiven(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new UsageError(`Cannot read the DeFlow in ${path} (${(cause as NodeJS.ErrnoException).code}).`, {
      remedy: 'Give the checkpoint.safetensors of a run as deflow.trained, or null to train one.',
      value: path,
      cause,
    });
  }
}
