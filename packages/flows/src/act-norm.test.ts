import { createRandom } from '@deflow/images';
import { exportParameters, importParameters } from '@deflow/nn';
import { abs, concat, max, moments, sqrt, sub, tensor, zeros } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { actNorm } from './act-norm.ts';
import { FlowShapeError } from './errors.ts';
import { inverted } from './inverted.ts';
import { invertibleConv1x1 } from './invertible-conv1x1.ts';
import { sequential } from './sequential.ts';

const random = createRandom('actNorm');

test('T3: initialize brings each channel to mean 0 and standard deviation 1', () => {
  const x = tensor(
    random.normals(1000 * 3).map((value) => 5 * value + 2),
    [10, 10, 10, 3],
  );
  const layer = actNorm({ channels: 3 });
  layer.initialize!(x);
  const { mean, variance } = moments(layer.forward(x).z, [0, 1, 2]);
  for (const value of mean.dataSync()) expect(Math.abs(value)).toBeLessThan(1e-5);
  for (const value of sqrt(variance).dataSync()) expect(Math.abs(value - 1)).toBeLessThan(5e-5);
});

test('T3: initializeInverse brings what is decoded to mean 0 and standard deviation 1, through a chain too', () => {
  const z = tensor(
    random.normals(1000 * 3).map((value) => 5 * value + 2),
    [1000, 3],
  );
  const layer = actNorm({ channels: 3 });
  const chain = sequential([invertibleConv1x1({ channels: 3, random }), layer, actNorm({ channels: 3 })]);
  for (const subject of [layer, inverted(inverted(layer)), chain]) {
    subject.initializeInverse!(z);
    const { mean, variance } = moments(subject.inverse(z).x, 0);
    // The chain ends in a rotation: deviations of 1 stay about 1 where channels are uncorrelated.
    for (const value of mean.dataSync()) expect(Math.abs(value)).toBeLessThan(1e-5);
    for (const value of sqrt(variance).dataSync())
      expect(Math.abs(value - 1)).toBeLessThan(subject === chain ? 0.1 : 5e-5);
  }
});

test('T5: a layer that starts once keeps its start through saving and loading', async () => {
  const data = (scale: number) =>
    tensor(
      random.normals(64).map((value) => scale * value),
      [32, 2],
    );
  const layer = actNorm({ channels: 2, startsOnce: true });
  layer.initialize!(data(5));
  const loaded = actNorm({ channels: 2, startsOnce: true });
  importParameters(loaded.parameters, await exportParameters(layer.parameters));
  const x = data(1);
  const wanted = layer.forward(x);
  for (const start of [loaded.initialize!, loaded.initializeInverse!]) start(data(40));
  const got = loaded.forward(x);
  expect(got.z.dataSync()).toEqual(wanted.z.dataSync());
  expect(got.logDet.dataSync()).toEqual(wanted.logDet.dataSync());
});

test('T4: a constant channel gives finite numbers and comes back', () => {
  const x = concat([tensor(random.normals(8), [8, 1]), zeros([8, 1])], 1);
  const layer = actNorm({ channels: 2 });
  layer.initialize!(x);
  const { z, logDet } = layer.forward(x);
  expect([...z.dataSync(), ...logDet.dataSync()].every(Number.isFinite)).toBe(true);
  expect(max(abs(sub(layer.inverse(z).x, x))).dataSync()[0]).toBeLessThan(1e-5);
});

test('other channels are refused by name', () => {
  expect(() => actNorm({ channels: 2 }).forward(zeros([1, 4, 4, 3]))).toThrow(FlowShapeError);
  expect(() => actNorm({ channels: 2 }).forward(zeros([1, 4, 4, 3]))).toThrow(
    'actNorm got shape [4, 4, 3] but wants [height, width, 2] or [2].',
  );
});
