import type { Random } from '@deflow/images';
import { avgPool, type Tensor4D } from '@tensorflow/tfjs-core';
import { type FlowLayerCase, flattened } from '../../src/conformance.ts';
import {
  actNorm,
  affineCoupling,
  affineInjector,
  type BoundedScale,
  boundedScale,
  conditionalStep,
  couplingNetwork,
  fixedBasis,
  invertibleConv1x1,
  lumaHaarBasis,
  multiScale,
  separatedConditionalStep,
  sequential,
  splitPrior,
  squeeze,
  transitionStep,
} from '../../src/index.ts';

const scales: Record<string, BoundedScale> = {
  'tanh(0.05)': boundedScale.tanh(0.05),
  'tanh(2)': boundedScale.tanh(2),
  'sigmoid that divides': boundedScale.sigmoid(),
  'sigmoid that multiplies': boundedScale.sigmoid({ encode: 'multiply', epsilon: 1e-4 }),
};

interface CouplingSetting {
  readonly channels: number;
  readonly contextChannels: number;
  readonly scale: BoundedScale;
  readonly kernels?: readonly number[];
  readonly normalisation?: 'none' | 'actNorm';
}

const coupling = ({ channels, contextChannels, scale, ...setting }: CouplingSetting, random: Random) => {
  const kept = Math.floor(channels / 2);
  const outputChannels = 2 * (channels - kept);
  const network = couplingNetwork({
    inputChannels: kept,
    contextChannels,
    outputChannels,
    hiddenChannels: 8,
    random,
    ...setting,
  });
  return affineCoupling({ channels, contextChannels, scale, network });
};

const injector = ({ channels, contextChannels, scale, ...setting }: CouplingSetting, random: Random) => {
  const common = { inputChannels: 0, outputChannels: 2 * channels, hiddenChannels: 8, ...setting };
  const network = couplingNetwork({ ...common, contextChannels, random });
  return affineInjector({ channels, contextChannels, scale, network });
};

const couplings: FlowLayerCase[] = Object.entries(scales).flatMap(([name, scale]): FlowLayerCase[] => [
  {
    name: `affineCoupling, ${name}`,
    make: (random) => coupling({ channels: 5, contextChannels: 0, scale }, random),
    shapes: [[3, 2, 5]],
  },
  {
    name: `conditional affineCoupling, ${name}`,
    make: (random) => coupling({ channels: 4, contextChannels: 3, scale, normalisation: 'actNorm' }, random),
    shapes: [[2, 3, 4]],
    contextChannels: 3,
  },
  {
    name: `affineInjector, ${name}`,
    make: (random) => injector({ channels: 3, contextChannels: 2, scale, kernels: [1, 1] }, random),
    shapes: [[3, 2, 3], [3]],
    contextChannels: 2,
  },
]);

const twoLevels = (random: Random) =>
  multiScale([
    {
      flow: sequential([
        squeeze(),
        transitionStep({ channels: 12, random }),
        separatedConditionalStep({ channels: 12, contextChannels: 2, hiddenChannels: 8, random }),
      ]),
      split: splitPrior({ channels: 12, random }),
    },
    {
      flow: sequential([
        squeeze(),
        separatedConditionalStep({ channels: 24, contextChannels: 2, hiddenChannels: 8, random }),
      ]),
    },
  ]);

/** Steps, couplings, injectors, ActNorm, fixed bases and compositions. */
export const stepCases: readonly FlowLayerCase[] = [
  { name: 'actNorm', make: () => actNorm({ channels: 3 }), shapes: [[2, 3, 3], [3]], spread: 0.3 },
  ...(['rotation', 'identity', 'roll'] as const).map((start) => ({
    name: `invertibleConv1x1 from ${start}`,
    make: (random: Random) => invertibleConv1x1({ channels: 7, start, random }),
    shapes: [[3, 2, 7], [7]],
    spread: 0.3,
  })),
  { name: 'squeeze', make: () => squeeze(), shapes: [[4, 2, 3]] },
  { name: 'fixedBasis', make: () => fixedBasis({ matrix: lumaHaarBasis() }), shapes: [[2, 2, 12], [12]] },
  {
    name: 'fixedBasis that is not orthonormal',
    make: () =>
      fixedBasis({
        matrix: [
          [0, 2, 1],
          [1, 0.5, 0],
          [3, 0, -1],
        ],
      }),
    shapes: [[2, 2, 3]],
  },
  ...couplings,
  {
    name: 'conditional coupling of vectors',
    make: (random) =>
      coupling({ channels: 5, contextChannels: 4, scale: boundedScale.tanh(2), kernels: [1, 1, 1] }, random),
    shapes: [[5]],
    contextChannels: 4,
  },
  {
    name: 'conditionalStep',
    make: (random) => conditionalStep({ channels: 4, contextChannels: 3, hiddenChannels: 8, random }),
    shapes: [[3, 2, 4]],
    contextChannels: 3,
  },
  {
    name: 'separatedConditionalStep',
    make: (random) => separatedConditionalStep({ channels: 4, contextChannels: 3, hiddenChannels: 8, random }),
    shapes: [[3, 2, 4]],
    contextChannels: 3,
  },
  {
    name: 'multiScale with a learned prior',
    make: (random) =>
      flattened(twoLevels(random), [4, 4, 3], (features) => [
        avgPool(features as Tensor4D, 2, 2, 'valid'),
        avgPool(features as Tensor4D, 4, 4, 'valid'),
      ]),
    shapes: [[4, 4, 3]],
    contextChannels: 2,
  },
];
