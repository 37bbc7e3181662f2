import { createRandom } from '@deflow/images';
import { trainableParameters } from '@deflow/nn';
import { eye, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { randomizeParameters } from './conformance.ts';
import { invert } from './host-matrix.ts';
import { invertibleConv1x1 } from './invertible-conv1x1.ts';

describe.each([4, 12, 48, 96])('%i channels, after the parameters have moved', (channels) => {
  const random = createRandom(channels);
  const layer = invertibleConv1x1({ channels, random });
  randomizeParameters(layer.parameters, random, 0.3 / Math.sqrt(channels));

  test('T6: logDet is height x width times ln|det W| in float64', () => {
    const columns = layer.forward(eye(channels)).z.arraySync() as number[][];
    const { logDet } = layer.forward(tensor(random.normals(2 * 3 * 5 * channels), [2, 3, 5, channels]));
    const wanted = 15 * invert(columns).logDet;
    for (const value of logDet.dataSync())
      expect(Math.abs(value - wanted)).toBeLessThan(1e-5 * Math.max(15, Math.abs(wanted)));
  });

  test('T6: the inverse follows every update', () => {
    const x = tensor(random.normals(4 * channels), [4, channels]);
    for (let update = 0; update < 3; update++) {
      const back = layer.inverse(layer.forward(x).z).x.dataSync();
      x.dataSync().forEach((value, i) => {
        expect(Math.abs(back[i] - value)).toBeLessThan(1e-5);
      });
      randomizeParameters(layer.parameters, random, 0.1 / Math.sqrt(channels));
    }
  });
});

test('the permutation and the signs are no trainable parameters', () => {
  const { parameters } = invertibleConv1x1({ channels: 3, start: 'identity' });
  expect(trainableParameters(parameters)).toEqual([parameters.l, parameters.u, parameters.logS]);
});
