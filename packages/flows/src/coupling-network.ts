import type { Random } from '@deflow/images';
import { conv2d, type Layer, normal, type ParameterTree, uniform, zeros } from '@deflow/nn';
import { add, mul, relu, sigmoid, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { actNorm } from './act-norm.ts';
import { isFeatures, requireContext } from './context.ts';
import { FlowConfigurationError } from './errors.ts';
import type { Context, FlowLayer } from './flow-layer.ts';
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
  prepare(features: Tensor): Context;
  apply(x?: Tensor, context?: Context): Tensor;
  /** Data-dependent start of the normalisations inside. */
  initialize(x?: Tensor, context?: Context): void;
}

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
  readonly random: Random;
}

const activations = { relu, silu: (x: Tensor) => mul(x, sigmoid(x)) };

/**
 * Convolutions with ReLU (or `activation`) between them, the last one starting at zero. Its input is [x | features].
 *
 * `normalisation: 'none'`: convolutions with bias, started as PyTorch does. `'actNorm'` (Glow, SRFlow, DeFlow): convolutions
 * without bias, started from N(0, 0.05^2), then ActNorm, then ReLU; the last one is a `zeroConv2d`.
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
  const ofContext = (context: Context): Tensor =>
    isFeatures(context) ? overContext!.apply(context) : (context as { readonly hidden: Tensor }).hidden;
  const run = (
    x: Tensor | undefined,
    context: Context | undefined,
    visit: (norm: FlowLayer, input: Tensor) => void,
  ) => {
    const parts = [
      ...(overInput ? [overInput.apply(x!)] : []),
      ...(overContext ? [ofContext(requireContext(kind, context, contextChannels))] : []),
    ];
    const normalise = (hidden: Tensor, norm?: FlowLayer) => {
      if (!norm) return hidden;
      visit(norm, hidden);
      return norm.forward(hidden).z;
    };
    const sum = parts.length === 2 ? add(parts[0], parts[1]) : parts[0];
    const first = activate(normalise(sum, norms[0]));
    return last.apply(
      middle.reduce((hidden, layer, i) => activate(normalise(layer.apply(hidden), norms[i + 1])), first),
    );
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
    prepare: (features) => ({ hidden: ofContext(requireContext(kind, features, contextChannels)) }),
    apply: (x, context) => tidy(() => run(x, context, () => {})),
    initialize: (x, context) => {
      tidy(() => run(x, context, (norm, input) => norm.initialize?.(input)));
    },
  };
}
