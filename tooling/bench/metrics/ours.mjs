// Our metrics on a pair of 1024 x 1024; the peer sees pictures made by the same formula.
import { createRandom, resize } from '@deflow/images';
import { fitNiqe, fsim, gmsd, haarPsi, mdsi, msGmsd, msSsim, niqe, psnr, ssim, vifp } from '@deflow/metrics';
import { answer } from '../answer.mjs';

const size = 1024;

function picture(channels, noise) {
  const random = createRandom(1 + noise);
  const data = new Uint8Array(size * size * channels);
  for (let y = 0, at = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      for (let channel = 0; channel < channels; channel++) {
        const scene = 128 + 50 * Math.sin(x / 17 + channel) * Math.cos(y / 23) + 20 * Math.sin((x * y) / 4000);
        data[at++] = Math.min(Math.max(scene + noise * random.normal(), 0), 255);
      }
  return { width: size, height: size, channels, data };
}

const model = fitNiqe([picture(1, 2)]);

const metrics = {
  psnr,
  'ssim-gaussian': (image, reference) => ssim(image, reference, { convention: 'wang' }),
  'ssim-uniform': (image, reference) => ssim(image, reference, { convention: 'skimage' }),
  'ssim-piq': (image, reference) => ssim(image, reference),
  'ms-ssim': (image, reference) => msSsim(image, reference, { convention: 'piq' }),
  gmsd,
  'ms-gmsd': msGmsd,
  vifp,
  fsim,
  haarpsi: haarPsi,
  mdsi,
  niqe: (image) => niqe(image, { model }),
  resize: (image) => resize(image, { scale: 0.25 }),
};

await answer(({ metric, channels, repeats }) => {
  const [image, reference] = [picture(channels, 8), picture(channels, 2)];
  const measure = metrics[metric];
  measure(image, reference);
  return Array.from({ length: repeats }, () => {
    const start = performance.now();
    measure(image, reference);
    return performance.now() - start;
  });
});
