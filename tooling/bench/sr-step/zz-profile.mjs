import { createRandom } from '@deflow/images';
import { psnr, rrdbNet, trainSuperResolution } from '@deflow/super-resolution';
import { compile, useTensorFlow } from '@deflow/tensorflow';

const precision = process.argv[2] ?? 'bfloat16';
const steps = Number(process.argv[3] ?? 6);
await useTensorFlow({ backend: 'native' });
const model = rrdbNet({ ...psnr.model, random: createRandom(1) });
const size = 128,
  batch = 2;
let last = performance.now(),
  lastC = process.cpuUsage();
await trainSuperResolution({
  model,
  precision,
  compile,
  seed: 1,
  recipe: { ...psnr.training, steps },
  nextBatch: (random) => ({
    low: random.uniforms(batch * 32 * 32 * 3),
    high: random.uniforms(batch * size * size * 3),
    count: batch,
    size,
  }),
  onProgress: ({ step, loss }) => {
    const n = performance.now(),
      c = process.cpuUsage();
    console.error(
      `STEP ${step} ${(n - last).toFixed(0)} ms cpu ${((c.user - lastC.user) / 1e3).toFixed(0)} sys ${((c.system - lastC.system) / 1e3).toFixed(0)} loss ${loss}`,
    );
    console.log(`STEP ${step}`);
    last = n;
    lastC = c;
  },
});
