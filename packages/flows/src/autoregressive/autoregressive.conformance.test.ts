import { createRandom } from '@deflow/images';
import { abs, grad, max, slice, sum, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type FlowLayerCase, flowLayerChecks, randomizeParameters } from '../conformance.ts';
import { FlowConfigurationError } from '../errors.ts';
import {
  boundedScale,
  inverted,
  maskedAutoregressive,
  maskedNetwork,
  rationalQuadratic,
  splineOutputs,
} from '../index.ts';

const affine = (dimensions: number, contextChannels = 0, layout: 'grouped' | 'interleaved' = 'grouped') =>
  ({
    make(random) {
      const network = maskedNetwork({
        dimensions,
        contextChannels,
        outputsPerDimension: 2,
        layout,
        hiddenChannels: 12,
        random,
      });
      const scale = layout === 'grouped' ? boundedScale.softClip() : boundedScale.sigmoid({ encode: 'multiply' });
      return maskedAutoregressive({ network, scale });
    },
    contextChannels,
    shapes: [[dimensions]],
  }) satisfies Omit<FlowLayerCase, 'name'>;

const spline = { bins: 4, bound: 2 };

const cases: FlowLayerCase[] = [
  { name: 'maskedAutoregressive', ...affine(4) },
  { name: 'maskedAutoregressive, interleaved', ...affine(3, 0, 'interleaved') },
  { name: 'maskedAutoregressive of one dimension', ...affine(1, 2) },
  { name: 'conditional maskedAutoregressive', ...affine(3, 2) },
  {
    name: 'maskedAutoregressive with splines',
    make: (random) => {
      const network = {
        outputsPerDimension: splineOutputs(spline),
        layout: 'interleaved' as const,
        hiddenChannels: 8,
        random,
      };
      return maskedAutoregressive({
        network: maskedNetwork({ dimensions: 3, ...network }),
        scale: rationalQuadratic(spline),
      });
    },
    shapes: [[3]],
  },
  { ...affine(3, 2), name: 'inverted maskedAutoregressive', make: (random) => inverted(affine(3, 2).make(random)) },
];

for (const subject of cases) {
  describe(subject.name, () => {
    for (const { name, run } of flowLayerChecks(subject)) test(name, run);
  });
}

test.each(['grouped', 'interleaved'] as const)(
  'an output depends on all dimensions before its own and no other: %s',
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
