import type { Random } from '@deflow/images';
import { actNorm } from './act-norm.ts';
import { affineCoupling } from './affine-coupling.ts';
import { affineInjector } from './affine-injector.ts';
import { type BoundedScale, boundedScale } from './bounded-scale.ts';
import { couplingNetwork } from './coupling-network.ts';
import type { FlowLayer } from './flow-layer.ts';
import { invertibleConv1x1 } from './invertible-conv1x1.ts';
import type { LuStart } from './lu-start.ts';
import { sequential } from './sequential.ts';

/**
 * The sizes of a `conditionalStep`: channels of the data, of the features and of the hidden layers, and what replaces the defaults
 * that stand below.
 */
export interface ConditionalStepOptions {
  readonly channels: number;
  readonly contextChannels: number;
  readonly hiddenChannels: number;
  readonly injectorKernels?: readonly number[];
  readonly couplingKernels?: readonly number[];
  readonly injectorScale?: BoundedScale;
  readonly couplingScale?: BoundedScale;
  readonly start?: LuStart;
  readonly random: Random;
}

/**
 * One step of a conditional flow in SRFlow's order: actNorm, conv1x1, injector, coupling. The defaults are those of a small,
 * nearly additive flow: plain networks, log-scales within +-0.05, and a 1x1 convolution that starts by swapping the halves.
 */
export function conditionalStep({
  channels,
  contextChannels,
  hiddenChannels,
  injectorKernels = [1, 1, 1],
  couplingKernels = [3, 1, 3],
  injectorScale = boundedScale.tanh(0.05),
  couplingScale = boundedScale.tanh(0.05),
  start = 'roll',
  random,
}: ConditionalStepOptions): FlowLayer {
  const common = { contextChannels, hiddenChannels, random };
  const half = Math.floor(channels / 2);
  const outputChannels = 2 * (channels - half);
  const injecting = couplingNetwork({
    ...common,
    inputChannels: 0,
    outputChannels: 2 * channels,
    kernels: injectorKernels,
  });
  const coupling = couplingNetwork({ ...common, inputChannels: half, outputChannels, kernels: couplingKernels });
  return sequential(
    {
      actNorm: actNorm({ channels }),
      conv1x1: invertibleConv1x1({ channels, start, random }),
      injector: affineInjector({ channels, contextChannels, network: injecting, scale: injectorScale }),
      coupling: affineCoupling({ channels, contextChannels, network: coupling, scale: couplingScale }),
    },
    { kind: 'conditionalStep' },
  );
}
