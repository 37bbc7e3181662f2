import type { Random } from '@deflow/images';
import type { CouplingNetworkOptions } from './coupling-network.ts';
import { denseNetwork } from './dense-network.ts';
import type { FlowLayer } from './flow-layer.ts';
import { invertibleConv1x1 } from './invertible-conv1x1.ts';
import type { LuStart } from './lu-start.ts';
import { sequential } from './sequential.ts';
import { splineCoupling, splineOutputs } from './spline-coupling.ts';
import { standardise } from './standardise.ts';

/**
 * The sizes of a `neuralSplineFlow`: 6 steps of splines with 12 bins within 4 deviations, 64 hidden channels, no context and rotations
 * unless given.
 */
export interface NeuralSplineFlowOptions {
  readonly dimensions: number;
  readonly contextChannels?: number;
  readonly steps?: number;
  readonly bins?: number;
  /** In standard deviations of the data. */
  readonly bound?: number;
  readonly hiddenChannels?: number;
  readonly activation?: CouplingNetworkOptions['activation'];
  /** How the linear layers start: rotations mix all dimensions, rolls by half of them keep axes that mean something apart. */
  readonly start?: LuStart;
  readonly random: Random;
}

/**
 * A flow for densities of vectors: `standardise`, then steps of a linear layer (`invertibleConv1x1`) and a
 * `splineCoupling` with affine map, so that tails beyond the splines' box are modelled too. Call `initialize` with many samples first.
 */
export function neuralSplineFlow({
  dimensions,
  contextChannels = 0,
  steps = 6,
  bins = 12,
  bound = 4,
  hiddenChannels = 64,
  activation,
  start = 'rotation',
  random,
}: NeuralSplineFlowOptions): FlowLayer {
  const spline = { bins, bound, affine: true };
  const inputChannels = Math.floor(dimensions / 2);
  const outputChannels = (dimensions - inputChannels) * splineOutputs(spline);
  const step = () =>
    sequential(
      {
        linear: invertibleConv1x1({ channels: dimensions, start, random }),
        coupling: splineCoupling({
          channels: dimensions,
          contextChannels,
          ...spline,
          network: denseNetwork({ inputChannels, contextChannels, outputChannels, hiddenChannels, activation, random }),
        }),
      },
      { kind: 'neuralSplineStep' },
    );
  return sequential(
    {
      standardise: standardise({ channels: dimensions }),
      steps: sequential(Array.from({ length: steps }, step)),
    },
    { kind: 'neuralSplineFlow' },
  );
}
