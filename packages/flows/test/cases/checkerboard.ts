import type { Random } from '@deflow/images';
import { type FlowLayerCase, flattened } from '../../src/conformance.ts';
import {
  actNorm,
  boundedScale,
  checkerboardCoupling,
  checkerboardSqueeze,
  couplingNetwork,
  haarSqueeze,
  multiScale,
  rationalQuadratic,
  sequential,
  splineOutputs,
  splitPrior,
  squeeze,
} from '../../src/index.ts';

const network = (outputChannels: number, contextChannels: number, random: Random) =>
  couplingNetwork({
    inputChannels: 3,
    contextChannels,
    outputChannels,
    hiddenChannels: 6,
    activation: 'silu',
    random,
  });

/** Checkerboards, squeezes, and splits that see features. */
export const checkerboardCases: readonly FlowLayerCase[] = [
  { name: 'squeeze by 3', make: () => squeeze({ factor: 3 }), shapes: [[3, 6, 2]] },
  { name: 'checkerboardSqueeze', make: () => checkerboardSqueeze(), shapes: [[4, 2, 3]] },
  { name: 'haarSqueeze', make: () => haarSqueeze(), shapes: [[4, 2, 3]] },
  { name: 'haarSqueeze by bands', make: () => haarSqueeze({ order: 'bands' }), shapes: [[4, 2, 3]] },
  {
    name: 'checkerboardCoupling',
    make: (random) =>
      checkerboardCoupling({ channels: 3, network: network(6, 0, random), scale: boundedScale.tanh(2) }),
    shapes: [[2, 4, 3]],
    spread: 0.3,
  },
  {
    name: 'conditional checkerboardCoupling of the other colour',
    make: (random) =>
      checkerboardCoupling({
        channels: 3,
        contextChannels: 2,
        network: network(6, 2, random),
        scale: boundedScale.sigmoid(),
        keeps: 1,
      }),
    shapes: [[4, 2, 3]],
    contextChannels: 2,
    spread: 0.3,
  },
  {
    name: 'checkerboardCoupling with splines',
    make: (random) =>
      checkerboardCoupling({
        channels: 3,
        network: network(3 * splineOutputs({ bins: 4 }), 0, random),
        scale: rationalQuadratic({ bins: 4 }),
      }),
    shapes: [[2, 2, 3]],
  },
  {
    name: 'multiScale with a conditional split',
    make: (random) =>
      flattened(
        multiScale([
          {
            flow: sequential([squeeze(), actNorm({ channels: 4 })]),
            split: splitPrior({ channels: 4, contextChannels: 2, random }),
          },
          { flow: actNorm({ channels: 2 }) },
        ]),
        [4, 4, 1],
        (features) => [features, features] as never,
      ),
    shapes: [[4, 4, 1]],
    contextChannels: 2,
    contextShape: () => [2, 2, 2],
    spread: 0.3,
  },
];
