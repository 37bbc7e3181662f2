import { createRandom } from '@deflow/images';
import { abs, grad, max, slice, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { affine } from '../../test/cases/autoregressive.ts';
import { randomizeParameters } from '../conformance.ts';
import { FlowConfigurationError } from '../errors.ts';
import { boundedScale, maskedAutoregressive, maskedNetwork } from '../index.ts';

test.each(['grouped', 'interleaved'] as const)(
  'T23: an output depends on all dimensions before its own and no other: %s',
  (layout) => {
    const random = createRandom(layout);
    const layer = affine(5, 0, layout).make(random);
    randomizeParameters(layer.parameters, random, 0.5);
    const [samples, dimensions] = [40, 5];
    const x = tensor(random.normals(samples * dimensions), [samples, dimensions]);
    for (let output = 0; output < dimensions; output++) {
      const toOutput = (x: Tensor) => sum(slice(layer.forward(x).z, [0, output], [samples, 1]));
      const largest = max(abs(grad(toOutput)(x)), 0).dataSync();
      largest.forEach((slope, input) => {
        if (input > output) expect(slope).toBe(0);
        else expect(slope).toBeGreaterThan(1e-3);
      });
    }
  },
);

test('a network of another layout and one too narrow are refused', () => {
  const random = createRandom(1);
  const network = maskedNetwork({ dimensions: 3, outputsPerDimension: 2, hiddenChannels: 4, random });
  expect(() => maskedAutoregressive({ network, scale: boundedScale.sigmoid() })).toThrow(FlowConfigurationError);
  expect(() => maskedNetwork({ dimensions: 9, outputsPerDimension: 2, hiddenChannels: 4, random })).toThrow(
    FlowConfigurationError,
  );
});
