import type { Random } from '@deflow/images';
import { actNorm } from './act-norm.ts';
import { affineCoupling } from './affine-coupling.ts';
import { affineInjector } from './affine-injector.ts';
import { boundedScale } from './bounded-scale.ts';
import { couplingNetwork } from './coupling-network.ts';
import type { FlowLayer } from './flow-layer.ts';
import { invertibleConv1x1 } from './invertible-conv1x1.ts';
import { sequential } from './sequential.ts';

/** The sizes of a `separatedConditionalStep`: channels of the data, of the features and of the hidden layers. */
export interface SeparatedConditionalStepOptions {
  readonly channels: number;
  readonly contextChannels: number;
  readonly hiddenChannels: number;
  readonly random: Random;
}

/**
 * The step of the published DeFlow (Wolf et al. 2021): actNorm, conv1x1 from a random rotation, coupling on [x1 | features], then
 * an injector from the features. Both divide by sigmoid(raw + 2) + 0.001 when encoding; their networks hold ActNorms.
 */
export function separatedConditionalStep(options: SeparatedConditionalStepOptions): FlowLayer {
  const { channels, contextChannels, hiddenChannels, random } = options;
  const scale = boundedScale.sigmoid();
  const half = Math.floor(channels / 2);
  const outputChannels = 2 * (channels - half);
  const common = { contextChannels, hiddenChannels, normalisation: 'actNorm', random } as const;
  const coupling = couplingNetwork({ ...common, inputChannels: half, outputChannels });
  const injecting = couplingNetwork({ ...common, inputChannels: 0, outputChannels: 2 * channels });
  return sequential(
    {
      actNorm: actNorm({ channels }),
      conv1x1: invertibleConv1x1({ channels, random }),
      coupling: affineCoupling({ channels, contextChannels, network: coupling, scale }),
      injector: affineInjector({ channels, contextChannels, network: injecting, scale }),
    },
    { kind: 'separatedConditionalStep' },
  );
}
