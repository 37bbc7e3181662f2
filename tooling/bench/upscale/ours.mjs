// Enlarging one picture with x4 networks, picture in, picture out: the published size as it starts, or a small one, perhaps trained for a
// minute. A work with `memory` counts what is taken above the process and the two pictures; one with `compare` says how far it is from float32.
import { createRandom } from '@deflow/images';
import { createUpscaler, rrdbNet, smallPsnr } from '@deflow/super-resolution';
import { compile, useTensorFlow } from '@deflow/tensorflow';
import { answer, memoryMB, peakMB } from '../answer.mjs';
import { scene, trainedNetwork } from './trained-network.mjs';

await useTensorFlow({ backend: 'native' });
const random = createRandom(1);
const networks = {
  published: () => rrdbNet({ random }),
  small: () => rrdbNet({ ...smallPsnr.model, random }),
  trained: trainedNetwork,
};
const known = new Map();
const once = (key, make) => {
  if (!known.has(key)) known.set(key, make());
  return known.get(key);
};
const notes = new Map();

const decibels = (a, b) => {
  const squares = a.data.reduce((sum, value, i) => sum + (value - b.data[i]) ** 2, 0);
  return (10 * Math.log10((255 ** 2 * a.data.length) / squares)).toFixed(1);
};

async function measure({ work, size, precision, repeats, network = 'published', tile = 256, compare, memory }) {
  const model = await once(network, networks[network]);
  const upscaler = (type) => once(type, () => createUpscaler(model, { compile, precision: type }));
  const picture = once('picture', () => scene(size, createRandom('picture')));
  const before = memoryMB();
  const times = [];
  let result;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    result = await upscaler(precision).upscale(picture, { tile });
    times.push(performance.now() - start);
  }
  if (memory) {
    const output = result.data.length / 2 ** 20;
    notes.set(
      work,
      `output ${output.toFixed(0)} MB, above it and the process ${(peakMB() - before - output).toFixed(0)} MB`,
    );
  }
  if (compare) {
    const exact = await once('exact', () => upscaler('float32').upscale(picture, { tile }));
    notes.set(work, `PSNR to float32 ${decibels(exact, result)} dB`);
  }
  return times;
}

// Memory is counted in the first of several rounds: the process holds it afterwards.
await answer(
  (request) => (request.memory ? once(request.work, () => measure(request)) : measure(request)),
  ({ work }) => notes.get(work),
);
