import type { FlowLayerCase } from '../../src/conformance.ts';
import {
  additiveCoupling,
  denseNetwork,
  householderConv1x1,
  permutation,
  plainConv1x1,
  reverseChannels,
  shuffleChannels,
} from '../../src/index.ts';

/** Permutations, free and orthogonal matrices, additive couplings. */
export const mixingCases: readonly FlowLayerCase[] = [
  { name: 'permutation', make: () => permutation({ order: [2, 0, 3, 1] }), shapes: [[2, 2, 4], [4]] },
  { name: 'reverseChannels', make: () => reverseChannels({ channels: 3 }), shapes: [[3]] },
  { name: 'shuffleChannels', make: (random) => shuffleChannels({ channels: 7, random }), shapes: [[7]] },
  { name: 'plainConv1x1', make: (random) => plainConv1x1({ channels: 5, random }), shapes: [[2, 2, 5], [5]] },
  { name: 'plainConv1x1 from roll', make: () => plainConv1x1({ channels: 4, start: 'roll' }), shapes: [[4]] },
  {
    name: 'householderConv1x1',
    make: (random) => householderConv1x1({ channels: 5, random }),
    shapes: [[2, 2, 5], [5]],
  },
  {
    name: 'householderConv1x1 of two reflections',
    make: (random) => householderConv1x1({ channels: 6, reflections: 2, random }),
    shapes: [[6]],
  },
  {
    name: 'conditional additiveCoupling',
    make: (random) =>
      additiveCoupling({
        channels: 5,
        contextChannels: 2,
        network: denseNetwork({ inputChannels: 2, contextChannels: 2, outputChannels: 3, hiddenChannels: 8, random }),
      }),
    shapes: [[5]],
    contextChannels: 2,
  },
];
