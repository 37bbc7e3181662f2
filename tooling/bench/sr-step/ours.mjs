// RRDBNet's training step as `trainSuperResolution` runs it, from one progress report to the next, with the published recipe: the
// batch in parts, each operation on one core.
import { availableParallelism } from 'node:os';
import { createRandom } from '@deflow/images';
import { psnr, rrdbNet, trainSuperResolution } from '@deflow/super-resolution';
import { compile, useTensorFlow } from '@deflow/tensorflow';
import { answer } from '../answer.mjs';

const cores = availableParallelism();
await useTensorFlow({ backend: 'native', threads: { within: 1, between: cores } });
const model = rrdbNet({ ...psnr.model, random: createRandom(1) });
const warmUp = 2;

await answer(async ({ batch, size, precision, repeats }) => {
  const times = [];
  const nextBatch = (random) => {
    const patches = (side) => random.uniforms(batch * side * side * 3);
    return { low: patches(size / 4), high: patches(size), count: batch, size };
  };
  await trainSuperResolution({
    model,
    nextBatch,
    recipe: { ...psnr.training, steps: repeats + warmUp },
    seed: 1,
    compile,
    precision,
    parts: cores,
    onProgress: () => times.push(performance.now()),
  });
  return times
    .slice(1)
    .map((time, index) => time - times[index])
    .slice(warmUp - 1);
});
