import {
  affineCoupling,
  affineInjector,
  type BoundedScale,
  boundedScale,
  type Context,
  couplingNetwork,
  type FlowLayer,
  sequential,
} from '@deflow/flows';
import type { Random } from '@deflow/images';
import type { StepConfig } from './config.ts';
import { convolveFeatures } from './enlarged-features.ts';
import { type Mixing, mixing } from './mixing.ts';

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

const mixingOf = ({ channels, config, random }: FlowStepOptions) => mixing({ channels, start: config.mixing, random });

/** Layers behind a mixing, whose parameters keep their names; `prepare` also inverts the mixing's matrix once and for all. */
function behind(mixed: Mixing, kind: string, rest: Readonly<Record<string, FlowLayer>>): FlowLayer {
  const step = sequential({ mixing: mixed, ...rest }, { kind });
  const { mixing: _, ...own } = step.parameters;
  return {
    ...step,
    parameters: { ...mixed.parameters, ...own },
    prepare: (features) => [mixed.prepareInverse(), ...((step.prepare?.(features) ?? []) as Context[]).slice(1)],
  };
}

/** A step that sees no features: ActNorm, invertible 1x1 convolution. */
export const transitionStep = (options: FlowStepOptions): FlowLayer => behind(mixingOf(options), 'transitionStep', {});

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
    featureConvolution: convolveFeatures,
    random,
  };
  const kept = Math.floor(channels / 2);
  const mixed = mixingOf(options);
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
  return behind(mixed, 'conditionalStep', conditional);
}
