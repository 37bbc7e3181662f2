// Enlarging one picture with the published x4 network, picture in, picture out.
import { createRandom } from '@deflow/images';
import { createUpscaler, rrdbNet } from '@deflow/super-resolution';
import { compile, useTensorFlow } from '@deflow/tensorflow';
import { answer } from '../answer.mjs';

await useTensorFlow({ backend: 'native' });
const model = rrdbNet({ random: createRandom(1) });
const upscalers = new Map();
const upscalerOf = (precision) => {
  if (!upscalers.has(precision)) upscalers.set(precision, createUpscaler(model, { compile, precision }));
  return upscalers.get(precision);
};
const pictures = new Map();
function picture(size) {
  if (!pictures.has(size)) {
    const random = createRandom(size);
    const wave = (i) => 128 + 90 * Math.sin(i / (7 * size)) * Math.cos((i % (3 * size)) / 40) + 20 * random.normal();
    const data = Uint8ClampedArray.from({ length: size * size * 3 }, (_, i) => wave(i));
    pictures.set(size, { width: size, height: size, channels: 3, data: new Uint8Array(data.buffer) });
  }
  return pictures.get(size);
}

await answer(async ({ size, precision, repeats, tile = 256, compare }) => {
  const times = [];
  let result;
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    result = await upscalerOf(precision).upscale(picture(size), { tile });
    times.push(performance.now() - start);
  }
  if (compare) {
    const exact = await upscalerOf('float32').upscale(picture(size), { tile });
    const squares = exact.data.reduce((sum, value, i) => sum + (value - result.data[i]) ** 2, 0);
    console.error(`PSNR to float32: ${(10 * Math.log10((255 ** 2 * exact.data.length) / squares)).toFixed(1)} dB`);
  }
  return times;
});
