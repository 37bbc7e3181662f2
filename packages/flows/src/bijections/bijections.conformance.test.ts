import { tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type FlowLayerCase, flowLayerChecks } from '../conformance.ts';
import { FlowConfigurationError } from '../errors.ts';
import type { FlowLayer } from '../flow-layer.ts';
import {
  affineBijection,
  exponentialBijection,
  inverted,
  leakyReluBijection,
  logitBijection,
  neuralSplineFlow,
  powerBijection,
  sequential,
  sigmoidBijection,
  softplusBijection,
  standardise,
  tanhBijection,
} from '../index.ts';

/** `inner` after a bijection to its domain. */
const after = (first: FlowLayer, inner: FlowLayer) => sequential([first, inner]);

const cases: FlowLayerCase[] = [
  { name: 'affineBijection', make: () => affineBijection({ scale: -2, shift: 3 }), shapes: [[2, 2, 3], [3]] },
  { name: 'sigmoidBijection', make: () => sigmoidBijection(), shapes: [[4]] },
  { name: 'softplusBijection', make: () => softplusBijection(), shapes: [[4]] },
  { name: 'tanhBijection', make: () => tanhBijection(), shapes: [[4]] },
  { name: 'exponentialBijection', make: () => exponentialBijection(), shapes: [[4]] },
  { name: 'leakyReluBijection', make: () => leakyReluBijection({ slope: 0.3 }), shapes: [[4]] },
  { name: 'powerBijection', make: () => after(softplusBijection(), powerBijection({ exponent: 1.7 })), shapes: [[4]] },
  {
    name: 'powerBijection below 0',
    make: () => after(exponentialBijection(), powerBijection({ exponent: -0.5 })),
    shapes: [[4]],
  },
  { name: 'logitBijection', make: () => after(sigmoidBijection(), logitBijection()), shapes: [[2, 2, 3], [3]] },
  { name: 'logarithm', make: () => after(softplusBijection(), inverted(exponentialBijection())), shapes: [[4]] },
  {
    name: 'standardise',
    make: () => standardise({ channels: 3, mean: [1, 2, -1], deviation: [0.5, 2, 1] }),
    shapes: [[2, 2, 3], [3]],
  },
  {
    name: 'neuralSplineFlow',
    make: (random) =>
      neuralSplineFlow({ dimensions: 3, contextChannels: 2, steps: 2, bins: 4, hiddenChannels: 8, random }),
    shapes: [[3]],
    contextChannels: 2,
  },
];

for (const subject of cases) {
  describe(subject.name, () => {
    for (const { name, run } of flowLayerChecks(subject)) test(name, run);
  });
}

test.each([sigmoidBijection(), softplusBijection(), tanhBijection(), logitBijection()])(
  '$kind is finite far out',
  (layer) => {
    const far = layer.kind === 'logit' ? [0, 0.5, 1] : [-80, 0, 80];
    const { logDet } = layer.forward(tensor([far]));
    expect(Number.isFinite(logDet.dataSync()[0])).toBe(true);
  },
);

test('scales, exponents, slopes and margins that leave nothing to invert are refused', () => {
  for (const build of [
    () => affineBijection({ scale: 0 }),
    () => powerBijection({ exponent: 0 }),
    () => leakyReluBijection({ slope: 0 }),
    () => logitBijection({ alpha: 0.5 }),
  ]) {
    expect(build).toThrow(FlowConfigurationError);
  }
});
