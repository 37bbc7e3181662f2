import { createRandom } from '@deflow/images';
import { zeros } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  createUpscaler,
  networkFromStateDict,
  networkToStateDict,
  quick,
  rrdbNet,
  superResolutionFromBytes,
  superResolutionToBytes,
  trainSuperResolution,
} from './index.ts';

test('smoke', async () => {
  for (const scale of [1, 2, 4, 8] as const) {
    const net = rrdbNet({ scale, ...quick.model, random: createRandom(1) });
    const y = net.apply(zeros([1, 8, 8, 3]));
    expect(y.shape).toEqual([1, 8 * scale, 8 * scale, 3]);
    for (const names of ['basicsr', 'esrgan', 'esrgan-2018'] as const) {
      const dict = await networkToStateDict(net, { names });
      const again = networkFromStateDict(dict);
      expect(again.config).toEqual(net.config);
    }
  }
  const model = rrdbNet({ scale: 2, ...quick.model, random: createRandom(1) });
  const result = await trainSuperResolution({
    model,
    recipe: { ...quick.training, steps: 4 },
    nextBatch: (r) => ({ low: r.uniforms(2 * 64 * 3), high: r.uniforms(2 * 256 * 3), count: 2, size: 16 }),
    validate: () => 1,
    onProgress: (p) => console.log(p),
  });
  console.log(result.step, result.best?.score, result.checkpoint.length);
  superResolutionFromBytes(result.checkpoint);
  superResolutionFromBytes(await superResolutionToBytes(model));
  const up = createUpscaler(model);
  const out = await up.upscale(
    { width: 21, height: 13, channels: 4, data: new Uint8Array(21 * 13 * 4).fill(100) },
    { tile: 12, overlap: 4 },
  );
  expect(out.width).toBe(42);
});
