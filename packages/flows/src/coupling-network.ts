import type { Random } from '@deflow/images';
import { conv2d, convolve, type Layer, normal, type ParameterTree, uniform, zeros } from '@deflow/nn';
import { add, mul, relu, sigmoid, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { actNorm } from './act-norm.ts';
import { isFeatures, requireContext } from './context.ts';
import { FlowConfigurationError, FlowContextError } from './errors.ts';
import type { Context, FlowLayer } from './flow-layer.ts';
import { foldedNorm } from './folded-norm.ts';
import { contextNotBefore } from './memory/not-before.ts';
import { tensorsIn } from './memory/reverse-layer.ts';
import { zeroConv2d } from './zero-conv2d.ts';

/** The network of a coupling or an injector. It need not be invertible. */
export interface CouplingNetwork {
  readonly kind: string;
  readonly parameters: ParameterTree;
  /** Channels of the data that it sees; 0 for a network that sees the context only. */
  readonly inputChannels: number;
  /** Channels of the features that it sees; 0 for an unconditional one. */
  readonly contextChannels: number;
  readonly outputChannels: number;
  /** The part of the first layer that depends on the features alone. Stands for them in `apply`. */
  prepare(features: Context): Context;
  /** In a compiled graph what is computed from the features waits for `after`, or else for `x`; a graph would begin with all of that. */
  apply(x?: Tensor, context?: Context, after?: Tensor): Tensor;
  /** Data-dependent start of the normalisations inside. */
  initialize(x?: Tensor, context?: Context): void;
}

/**
 * The sizes of a `couplingNetwork`: channels that go in (data and, 0 unless given, features), come out and lie between; kernels 3, 1,
 * 3, no normalisation and ReLU unless given.
 */
export interface CouplingNetworkOptions {
  readonly inputChannels: number;
  readonly contextChannels?: number;
  readonly outputChannels: number;
  readonly hiddenChannels: number;
  /** Kernel sizes, first to last; all 1 for vectors. */
  readonly kernels?: readonly number[];
  /** What stands between a convolution and its activation; see `couplingNetwork`. */
  readonly normalisation?: 'none' | 'actNorm';
  /** Between convolutions: `relu`, or x sigmoid(x) as `silu`, whose smoothness suits smooth densities. */
  readonly activation?: 'relu' | 'silu';
  /**
   * The first layer's convolution over features that come as a record of tensors and not as one, with its weight
   * [kernel, kernel, contextChannels, hiddenChannels]: for features with a structure that makes it cheaper.
   */
  readonly featureConvolution?: (features: Context, weight: Tensor) => Tensor;
  readonly random: Random;
}

/** What `prepare` gives. */
type Prepared = { readonly hidden: Tensor };

const isPrepared = (context: Context): context is Prepared => !isFeatures(context) && 'hidden' in context;

const activations = { relu, silu: (x: Tensor) => mul(x, sigmoid(x)) };

/**
 * Convolutions with ReLU (or `activation`) between them, the last one starting at zero. Its input is [x | features].
 *
 * `normalisation: 'none'`: convolutions with bias, started as PyTorch does. `'actNorm'` (Glow, SRFlow, DeFlow): convolutions
 * without bias, started from N(0, 0.05^2), then ActNorm, folded into them, then ReLU; the last one is a `zeroConv2d`.
 *
 * The first layer is kept as two convolutions, one over x and one over the features, which are added: what it makes of the
 * features is the same for encoding, decoding and every sample of an image, and `prepare` computes it once.
 */
export function couplingNetwork(options: CouplingNetworkOptions): CouplingNetwork {
  const { inputChannels, contextChannels = 0, outputChannels, hiddenChannels, random } = options;
  const { kernels = [3, 1, 3], normalisation = 'none', activation = 'relu' } = options;
  const kind = 'couplingNetwork';
  if (kernels.length < 2 || inputChannels + contextChannels === 0) {
    throw new FlowConfigurationError(
      `${kind}: ${kernels.length} kernels, ${inputChannels + contextChannels} channels.`,
      {
        remedy: 'Give at least two kernels and something to see: inputChannels, contextChannels or both.',
        value: options,
      },
    );
  }
  const normalised = normalisation === 'actNorm';
  const hiddenConv = (channels: number, kernelSize: number, { bias = !normalised, seen = channels } = {}) => {
    const start = normalised ? normal(0.05) : uniform(1 / Math.sqrt(seen * kernelSize ** 2));
    const biasStart = start;
    return conv2d({
      inputChannels: channels,
      outputChannels: hiddenChannels,
      kernelSize,
      bias,
      start,
      biasStart,
      random,
    });
  };
  const seen = inputChannels + contextChannels;
  const [firstKernel, ...middleKernels] = kernels.slice(0, -1);
  const lastKernel = kernels[kernels.length - 1];
  const overInput = inputChannels > 0 ? hiddenConv(inputChannels, firstKernel, { seen }) : undefined;
  const overContext =
    contextChannels > 0
      ? hiddenConv(contextChannels, firstKernel, { seen, bias: !normalised && !overInput })
      : undefined;
  const middle = middleKernels.map((kernelSize) => hiddenConv(hiddenChannels, kernelSize));
  const norms = normalised ? [0, ...middle].map(() => actNorm({ channels: hiddenChannels })) : [];
  const last = normalised
    ? zeroConv2d({ inputChannels: hiddenChannels, outputChannels, kernelSize: lastKernel, random })
    : conv2d({ inputChannels: hiddenChannels, outputChannels, kernelSize: lastKernel, start: zeros(), random });

  const activate = activations[activation];
  const { featureConvolution = missingConvolution } = options;
  const overFeatures = (features: Context, weight: Tensor): Tensor =>
    isFeatures(features) ? convolve(features, weight) : featureConvolution(features, weight);
  const given = (context: Context | undefined) => requireContext(kind, context, contextChannels);

  /** The first layer's part that depends on the features alone: normalised, and with the bias unless that belongs to the other part. */
  const ofContext = (context: Context, after: readonly Tensor[] = []): Tensor => {
    if (isPrepared(context)) return context.hidden;
    const { weight, bias } = overContext!;
    if (norms.length > 0) {
      const { scale, shift } = foldedNorm(norms[0]);
      return add(overFeatures(context, mul(weight, contextNotBefore(scale, after) as Tensor)), shift);
    }
    const hidden = overFeatures(contextNotBefore(context, after), weight);
    return bias ? add(hidden, bias) : hidden;
  };
  const first = (x: Tensor | undefined, context: Context | undefined, after = x): Tensor => {
    const ofFeatures = overContext && ofContext(given(context), after && [after]);
    if (!overInput) return ofFeatures!;
    if (norms.length === 0) return ofFeatures ? add(overInput.apply(x!), ofFeatures) : overInput.apply(x!);
    const { scale, shift } = foldedNorm(norms[0]);
    return add(convolve(x!, mul(overInput.weight, scale)), ofFeatures ?? shift);
  };
  const next = (hidden: Tensor, at: number): Tensor => {
    if (norms.length === 0) return middle[at].apply(hidden);
    const { scale, shift } = foldedNorm(norms[at + 1]);
    return add(convolve(hidden, mul(middle[at].weight, scale)), shift);
  };
  const run = (x?: Tensor, context?: Context, after?: Tensor): Tensor =>
    last.apply(middle.reduce((hidden, _, at) => activate(next(hidden, at)), activate(first(x, context, after))));

  /** What the first ActNorm normalises. */
  const unnormalised = (x: Tensor | undefined, context: Context | undefined): Tensor => {
    const ofInput = overInput?.apply(x!);
    if (!overContext) return ofInput!;
    const known = given(context);
    const ofFeatures = isPrepared(known) ? norms[0].inverse(known.hidden).x : overFeatures(known, overContext.weight);
    return ofInput ? add(ofInput, ofFeatures) : ofFeatures;
  };
  const start = (x?: Tensor, context?: Context): void => {
    let input = unnormalised(x, context);
    norms.forEach((norm, at) => {
      norm.initialize!(input);
      if (at < middle.length) input = middle[at].apply(activate(norm.forward(input).z));
    });
  };
  const parametersOf = (layers: readonly (Layer | FlowLayer)[]) => layers.map(({ parameters }) => parameters);

  return {
    kind,
    inputChannels,
    contextChannels,
    outputChannels,
    parameters: {
      ...(overInput && { input: overInput.parameters }),
      ...(overContext && { context: overContext.parameters }),
      ...(middle.length > 0 && { middle: parametersOf(middle) }),
      ...(normalised && { norms: parametersOf(norms) }),
      last: last.parameters,
    },
    prepare: (features) => ({ hidden: ofContext(given(features), tensorsIn(features)) }),
    apply: (x, context, after) => tidy(() => run(x, context, after)),
    initialize: (x, context) => {
      if (normalised) tidy(() => start(x, context));
    },
  };
}

function missingConvolution(features: Context): never {
  throw new FlowContextError('couplingNetwork cannot read features that come as a record.', {
    remedy: 'Pass features as one tensor, or say with `featureConvolution` how to read them.',
    value: features,
  });
}
