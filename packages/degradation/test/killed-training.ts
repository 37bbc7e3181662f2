// A training for kill.test.ts: `killed-training.ts FOLDER` trains in FOLDER, from its checkpoint if there is one, and appends the losses of
// every step to FOLDER/losses.txt as bits. With `half a checkpoint` behind FOLDER, it dies when half of its second checkpoint is written.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '@deflow/checkpoints/node';
import { createRandom, type Random } from '@deflow/images';
import '../../../tooling/vitest/use-backend.ts';
import { createDeFlow, small, type TrainingRecipe, trainDeFlow } from '../src/index.ts';

const [folder, dying] = process.argv.slice(2) as [string, string?];
const checkpoint = join(folder, 'checkpoint.safetensors');
const size = 4;
const steps = 90;

const recipe: TrainingRecipe = { ...small.training, steps, warmUpSteps: 5, patchSize: size, averageDecay: 0.9 };
const conditioning = { ...small.model.conditioning, reduction: 2 };
const step = { ...small.model.step, hiddenChannels: 4 };
const levels = [{ transitionSteps: 0, steps: 1 }];
const config = { ...small.model, conditioning, step, levels };

const patches = (random: Random, noise: number) =>
  Float32Array.from({ length: 2 * size * size * 3 }, (_, i) => 0.4 + 0.005 * (i % 12) + noise * random.normal());

/** The bits of a number: losses are compared to the last one. */
const bitsOf = (value: number) => Buffer.from(Float64Array.of(value).buffer).toString('hex');

/** The first half of `bytes`, in as many parts as are written at once; whoever asks for the rest kills the process. */
function deadlyHalf(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = Array.from({ length: 512 }, () => new Uint8Array(0));
  parts[0] = bytes.subarray(0, bytes.length >> 1);
  const get = () => process.kill(process.pid, 'SIGKILL');
  return Object.defineProperty(parts, parts.length, { get, enumerable: true });
}

let written = 0;
await trainDeFlow({
  model: createDeFlow({ config, random: createRandom('model') }),
  nextBatch: (random) => ({ clean: patches(random, 0.01), degraded: patches(random, 0.05), size }),
  recipe,
  seed: 11,
  ...(existsSync(checkpoint) && { resume: readFileSync(checkpoint) }),
  checkpointEvery: 2,
  onCheckpoint: (bytes) => writeAtomically(checkpoint, dying && ++written === 2 ? deadlyHalf(bytes) : [bytes]),
  onProgress: ({ step, bitsPerDim, gradientNorm }) => {
    const numbers = [bitsPerDim.clean, bitsPerDim.degraded, gradientNorm].map(bitsOf).join(' ');
    appendFileSync(join(folder, 'losses.txt'), `${step} ${numbers}\n`);
  },
});
