import {
  actNorm,
  affineCoupling,
  affineInjector,
  type BoundedScale,
  boundedScale,
  couplingNetwork,
  type FlowLayer,
  invertibleConv1x1,
  sequential,
} from '@deflow/flows';
import type { Random } from '@deflow/images';
import type { StepConfig } from './config.ts';

export interface FlowStepOptions {
  readonly channels: number;
  readonly featureChannels: number;
  readonly config: StepConfig;
  readonly random: Random;
}

const scaleOf = (scale: StepConfig['scale'], layer: 'coupling' | 'injector'): BoundedScale =>
  scale.kind === 'tanh'
    ? boundedScale.tanh(scale[layer])
    : boundedScale.sigmoid({ offset: 2, epsilon: scale.floor, encode: 'divide' });

const mixing = ({ channels, config, random }: FlowStepOptions) => ({
  actNorm: actNorm({ channels }),
  conv1x1: invertibleConv1x1({ channels, start: config.mixing, random }),
});

/** A step that sees no features: ActNorm, invertible 1x1 convolution. */
export const transitionStep = (options: FlowStepOptions): FlowLayer =>
  sequential(mixing(options), { kind: 'transitionStep' });

/**
 * A conditional step (spec 2.7): ActNorm, invertible 1x1 convolution, then an injector, whose network sees the features alone, and
 * a coupling, whose network sees half of the channels too, in the order that `config` says.
 */
export function conditionalStep(options: FlowStepOptions): FlowLayer {
  const { channels, featureChannels, config, random } = options;
  const shape = { channels, contextChannels: featureChannels };
  const network = {
    contextChannels: featureChannels,
    hiddenChannels: config.hiddenChannels,
    normalisation: config.networks === 'actNorm' ? ('actNorm' as const) : ('none' as const),
    random,
  };
  const kept = Math.floor(channels / 2);
  const mixed = mixing(options);
  const injector = affineInjector({
    ...shape,
    network: couplingNetwork({
      ...network,
      inputChannels: 0,
      outputChannels: 2 * channels,
      kernels: config.injectorKernels,
    }),
    scale: scaleOf(config.scale, 'injector'),
  });
  const coupling = affineCoupling({
    ...shape,
    network: couplingNetwork({
      ...network,
      inputChannels: kept,
      outputChannels: 2 * (channels - kept),
      kernels: config.couplingKernels,
    }),
    scale: scaleOf(config.scale, 'coupling'),
  });
  const conditional = config.order === 'injector first' ? { injector, coupling } : { coupling, injector };
  return sequential({ ...mixed, ...conditional }, { kind: 'conditionalStep' });
}
