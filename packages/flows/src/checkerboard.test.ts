import { createRandom } from '@deflow/images';
import { tensor, zeros } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { joinColours, pixelsOf } from './checkerboard.ts';
import { randomizeParameters } from './conformance.ts';
import { FlowConfigurationError, FlowShapeError } from './errors.ts';
import {
  boundedScale,
  checkerboardCoupling,
  checkerboardSqueeze,
  couplingNetwork,
  haarSqueeze,
  squeeze,
} from './index.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const square = () => tensor(upTo(16), [1, 4, 4, 1]);

test('the colours of 1..16, and both together again', () => {
  const [white, black] = [pixelsOf(0, square()), pixelsOf(1, square())];
  expect([...white.dataSync()]).toEqual([1, 3, 6, 8, 9, 11, 14, 16]);
  expect([...black.dataSync()]).toEqual([2, 4, 5, 7, 10, 12, 13, 15]);
  expect([...joinColours(white, black).dataSync()]).toEqual(upTo(16));
});

test('a checkerboard squeeze gives each half of the channels one colour', () => {
  const z = checkerboardSqueeze().forward(square()).z;
  expect(z.arraySync()).toEqual([
    [
      [
        [1, 6, 2, 5],
        [3, 8, 4, 7],
      ],
      [
        [9, 14, 10, 13],
        [11, 16, 12, 15],
      ],
    ],
  ]);
  expect(() => checkerboardSqueeze().forward(zeros([1, 3, 4, 1]))).toThrow(
    'checkerboardSqueeze got shape [3, 4, 1] but wants',
  );
});

test.each([0, 1] as const)('a checkerboard coupling keeps colour %i and sees nothing of the other', (keeps) => {
  const random = createRandom(keeps);
  const network = couplingNetwork({ inputChannels: 2, outputChannels: 4, hiddenChannels: 6, random });
  const layer = checkerboardCoupling({ channels: 2, network, scale: boundedScale.tanh(1), keeps });
  randomizeParameters(layer.parameters, random, 0.5);
  const x = tensor(random.normals(2 * 4 * 6 * 2), [2, 4, 6, 2]);
  const { z } = layer.forward(x);
  const other = keeps === 0 ? 1 : 0;
  expect(pixelsOf(keeps, z).dataSync()).toEqual(pixelsOf(keeps, x).dataSync());
  expect(pixelsOf(other, z).dataSync()).not.toEqual(pixelsOf(other, x).dataSync());
  // Where the kept pixels agree, the map of the others is the same one, so that it is undone without knowing them.
  const swapped = layer.inverse(z).x.dataSync();
  x.dataSync().forEach((value, i) => {
    expect(Math.abs(swapped[i] - value)).toBeLessThan(1e-5);
  });
});

test('a checkerboard coupling refuses odd sizes and networks of half the channels', () => {
  const random = createRandom(1);
  const scale = boundedScale.tanh(1);
  const network = couplingNetwork({ inputChannels: 2, outputChannels: 4, hiddenChannels: 6, random });
  expect(() => checkerboardCoupling({ channels: 4, network, scale })).toThrow(FlowConfigurationError);
  expect(() => checkerboardCoupling({ channels: 2, network, scale }).latentShape([3, 4, 2])).toThrow(FlowShapeError);
});

test('Haar: of two channels, the bands of each, or both channels of each band', () => {
  const x = tensor([1, 10, 2, 20, 3, 30, 5, 50], [1, 2, 2, 2]);
  const bands = [5.5, -1.5, -2.5, 0.5];
  expect([...haarSqueeze().forward(x).z.dataSync()]).toEqual([...bands, ...bands.map((value) => 10 * value)]);
  expect([...haarSqueeze({ order: 'bands' }).forward(x).z.dataSync()]).toEqual(
    bands.flatMap((value) => [value, 10 * value]),
  );
  expect(() => haarSqueeze().latentShape([3, 2, 1])).toThrow('haarSqueeze got');
  expect(squeeze().latentShape([4, 4, 1])).toEqual(haarSqueeze().latentShape([4, 4, 1]));
});
