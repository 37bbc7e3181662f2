import { createRandom } from '@deflow/images';
import { avgPool, dispose, memory, type Tensor4D, tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { randomizeParameters } from './conformance.ts';
import { FlowContextError } from './errors.ts';
import { actNorm, createFlow, multiScale, sequential, splitPrior, squeeze } from './index.ts';

const random = createRandom('multi-scale');

const levels = () =>
  multiScale([
    {
      flow: sequential([squeeze(), actNorm({ channels: 12 })]),
      split: splitPrior({ channels: 12, contextChannels: 3, random }),
    },
    { flow: sequential([squeeze(), actNorm({ channels: 24 })]) },
  ]);

test('splits see the features of their level, themselves or prepared', () => {
  const layer = levels();
  randomizeParameters(layer.parameters, random, 0.3);
  const flow = createFlow({ layer, shape: [8, 8, 3] });
  const x = tensor(random.normals(2 * 192), [2, 8, 8, 3]);
  const half = tensor(random.normals(2 * 48), [2, 4, 4, 3]) as Tensor4D;
  const features = [half, avgPool(half, 2, 2, 'valid')];
  const given = flow(features).logProb(x).dataSync<'float32'>();
  const prepared = flow(layer.prepare(features)).logProb(x).dataSync<'float32'>();
  given.forEach((value, i) => {
    expect(Math.abs(prepared[i] - value)).toBeLessThan(1e-3);
  });
  const others = features.map((each) => tensor(random.normals(each.size), each.shape));
  expect(flow(others).logProb(x).dataSync()).not.toEqual(given);
  expect(() => flow().logProb(x)).toThrow(FlowContextError);
  const back = flow(features).decode(flow(features).encode(x)).dataSync();
  x.dataSync().forEach((value, i) => {
    expect(Math.abs(back[i] - value)).toBeLessThan(1e-4);
  });
});

test('a conditional split leaves no tensor behind', () => {
  const split = splitPrior({ channels: 4, contextChannels: 2, random });
  const x = tensor(random.normals(64), [4, 2, 2, 4]);
  const features = tensor(random.normals(32), [4, 2, 2, 2]);
  const before = memory().numTensors;
  const { passed, latent, logDet } = split.forward(x, features);
  const back = split.inverse(passed, latent, features);
  for (const each of [passed, latent, logDet, back.x, back.logDet]) each.dispose();
  dispose(split.prepare!(features) as never);
  expect(memory().numTensors).toBe(before);
});
