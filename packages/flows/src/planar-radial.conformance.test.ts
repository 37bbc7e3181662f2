import { createRandom } from '@deflow/images';
import { abs, max, sub, tensor, type Variable } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { planar, radial } from './index.ts';

const random = createRandom('planar and radial');

test.each([-20, -3, 0, 3, 20])('planar layers come back when u pulls by %i along w', (pull) => {
  const layer = planar({ dimensions: 2, random });
  const { u, w } = layer.parameters as Record<string, Variable>;
  w.assign(tensor([1, 0.5]));
  u.assign(tensor([pull, 0]));
  const x = tensor(
    random.normals(200).map((value) => 3 * value),
    [100, 2],
  );
  const { z } = layer.forward(x);
  // Near pull = -1 the map is flat where tanh is steep: there errors of z grow.
  expect(max(abs(sub(layer.inverse(z).x, x))).dataSync()[0]).toBeLessThan(pull < -10 ? 0.1 : 2e-4);
});

test.each([-4, 0, 8])('radial layers come back with raw beta %i, near their centre and far from it', (rawBeta) => {
  const layer = radial({ dimensions: 2, random });
  const parameters = layer.parameters as Record<string, Variable>;
  parameters.rawBeta.assign(tensor(rawBeta));
  parameters.centre.assign(tensor([1, -1]));
  const x = tensor([
    [1.001, -1],
    [1, -0.5],
    [3, 3],
    [-50, 20],
  ]);
  const { z, logDet } = layer.forward(x);
  expect(max(abs(sub(layer.inverse(z).x, x))).dataSync()[0]).toBeLessThan(1e-3);
  expect(logDet.dataSync().every(Number.isFinite)).toBe(true);
});
