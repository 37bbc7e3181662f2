import { createRandom } from '@deflow/images';
import { tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  createDeFlow,
  type DeFlowConfig,
  InvalidConfigError,
  publishedNegativeLogLikelihood,
  ShapeMismatchError,
  small,
} from './index.ts';

/** No steps: the latents are the pixels minus 0.5, so that the objective can be computed by hand. */
const bare: DeFlowConfig = { ...small.model, levels: [{ transitionSteps: 0, steps: 0 }] };
const noise = (random = createRandom(3)) => ({
  dequantisation: tensor4d(random.uniforms(2 * 48), [2, 4, 4, 3]),
  conditioning: tensor4d(random.normals(2 * 3), [2, 1, 1, 3]),
});

test('bits per dim of a flow without steps equal those computed by hand', async () => {
  const model = createDeFlow({ config: bare, random: createRandom(1) });
  const images = createRandom(2).uniforms(2 * 48);
  const drawn = noise();
  const spread = await drawn.dequantisation.data();
  const got = await model.negativeLogLikelihood(tensor4d(images, [2, 4, 4, 3]), tensor1d([0, 1]), drawn).data();
  [1, 2].forEach((variance, image) => {
    let logDensity = 0;
    for (let i = image * 48; i < (image + 1) * 48; i++) {
      const value = images[i]! - 0.5 + (spread[i]! - 0.5) / 64;
      logDensity -= value ** 2 / (2 * variance) + Math.log(2 * Math.PI * variance) / 2;
    }
    expect(got[image]).toBeCloseTo(-logDensity / (48 * Math.LN2) + 6, 5);
  });
});

test('the published unit is bits per pixel with the constant counted once', () => {
  // spec 1.2: bits per dim = (published + 2 log2 q) / 3, with q = 32 (published + 10) / 3
  expect((publishedNegativeLogLikelihood(4.2, 32) + 10) / 3).toBeCloseTo(4.2, 12);
});

test('images that do not fit are named', () => {
  const model = createDeFlow({ config: bare, random: createRandom(1) });
  const call = () => model.negativeLogLikelihood(tensor4d(new Float32Array(90), [1, 5, 6, 3]), tensor1d([0]), noise());
  expect(call).toThrow(ShapeMismatchError);
  expect(call).toThrow(/multiples of 4/);
});

test.each([
  ['no level', { levels: [] }],
  ['a split at the end', { levels: [{ transitionSteps: 0, steps: 1, split: true }] }],
  [
    'a basis without colours',
    {
      levels: [
        { transitionSteps: 0, steps: 1 },
        { transitionSteps: 0, steps: 1, basis: 'luma haar' },
      ],
    },
  ],
  ['an odd reduction', { conditioning: { ...small.model.conditioning, reduction: 3 } }],
  ['a negative noise', { conditioning: { ...small.model.conditioning, noise: -1 } }],
  ['no bins', { quantisationLevels: 0 }],
  ['a sigma of zero', { shift: { ...small.model.shift, start: 0 } }],
])('%s is refused', (_, change) => {
  const config = { ...small.model, ...change } as DeFlowConfig;
  expect(() => createDeFlow({ config, random: createRandom(1) })).toThrow(InvalidConfigError);
});
