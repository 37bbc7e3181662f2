import type { FlowLayerCase } from '../../src/conformance.ts';
import type { FlowLayer } from '../../src/flow-layer.ts';
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
} from '../../src/index.ts';

/** `inner` after a bijection to its domain. */
const after = (first: FlowLayer, inner: FlowLayer) => sequential([first, inner]);

/** Fixed bijections, each behind one that brings data into its domain. */
export const bijectionCases: readonly FlowLayerCase[] = [
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
