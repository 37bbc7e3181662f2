import type { Random } from '@deflow/images';
import { matrixProduct } from '@deflow/images/tensors';
import { createParameter, normal, type ParameterTree, pyTorchDefault, zeros } from '@deflow/nn';
import {
  add,
  cast,
  div,
  expandDims,
  floor,
  greater,
  greaterEqual,
  mul,
  range,
  relu,
  sub,
  type Tensor,
  type Tensor2D,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { isFeatures, requireContext } from '../context.ts';
import { FlowConfigurationError } from '../errors.ts';
import type { Context } from '../flow-layer.ts';

/**
 * The sizes of a `maskedNetwork`: dimensions of the data, channels of the context (0 unless given), hidden layers (2 unless given) of
 * `hiddenChannels` each.
 */
export interface MaskedNetworkOptions {
  readonly dimensions: number;
  readonly contextChannels?: number;
  /** Numbers for each dimension; 2 for the affine scales, `splineOutputs` for splines. */
  readonly outputsPerDimension: number;
  /** See `BoundedScale.layout`. */
  readonly layout?: 'grouped' | 'interleaved';
  readonly hiddenChannels: number;
  readonly hiddenLayers?: number;
  readonly random: Random;
}

/** A network on vectors whose output for a dimension depends on the dimensions before it only. */
export interface MaskedNetwork
  extends Required<Omit<MaskedNetworkOptions, 'random' | 'hiddenChannels' | 'hiddenLayers'>> {
  readonly parameters: ParameterTree;
  /** The part of the first layer that depends on the features alone. Stands for them in `apply`. */
  prepare(features: Tensor): Context;
  apply(x: Tensor, context?: Context): Tensor;
}

// Degrees are computed, not stored: a graph that a backend records then holds no large constants.
const quotient = (index: Tensor, divisor: number) => floor(div(add(index, 0.5), divisor));
const remainder = (index: Tensor, divisor: number) => sub(index, mul(quotient(index, divisor), divisor));

/**
 * MADE (Germain et al. 2015): a multilayer perceptron with ReLU whose weights are masked. Input i has degree i, hidden units have degrees
 * 1 ... dimensions - 1 in turn; a hidden unit sees units of its degree and below, output i sees hidden units of degrees below i. The
 * context reaches every hidden unit. The last layer starts near zero.
 */
export function maskedNetwork(options: MaskedNetworkOptions): MaskedNetwork {
  const { dimensions, contextChannels = 0, outputsPerDimension, layout = 'grouped' } = options;
  const { hiddenChannels, hiddenLayers = 2, random } = options;
  const kind = 'maskedNetwork';
  if (hiddenLayers < 1 || hiddenChannels < dimensions - 1) {
    throw new FlowConfigurationError(
      `${kind}: ${hiddenLayers} layers of ${hiddenChannels} for ${dimensions} dimensions.`,
      {
        remedy: 'Use at least one hidden layer, and no fewer hidden channels than dimensions.',
        value: options,
      },
    );
  }
  const outputs = dimensions * outputsPerDimension;
  const dense = (inputs: number, outputs: number, { last = false } = {}) => ({
    weight: createParameter([inputs, outputs], last ? normal(1e-3) : pyTorchDefault(), random),
    bias: createParameter([outputs], zeros(), random),
  });
  const layers = [
    dense(dimensions, hiddenChannels),
    ...Array.from({ length: hiddenLayers - 1 }, () => dense(hiddenChannels, hiddenChannels)),
    dense(hiddenChannels, outputs, { last: true }),
  ];
  const overContext =
    contextChannels > 0
      ? { weight: createParameter([contextChannels, hiddenChannels], pyTorchDefault(), random) }
      : undefined;

  const degrees = () => {
    const [low, cycle] = [Math.min(1, dimensions - 1), Math.max(1, dimensions - 1)];
    const index = range(0, outputs);
    const output = layout === 'grouped' ? remainder(index, dimensions) : quotient(index, outputsPerDimension);
    return {
      input: range(1, dimensions + 1),
      hidden: add(remainder(range(0, hiddenChannels), cycle), low),
      output: add(output, 1),
    };
  };
  const asMatrix = (variable: Variable) => variable as unknown as Tensor2D;
  const ofContext = (context: Context): Tensor =>
    isFeatures(context)
      ? matrixProduct(context, asMatrix(overContext!.weight))
      : (context as { readonly hidden: Tensor }).hidden;

  return {
    dimensions,
    contextChannels,
    outputsPerDimension,
    layout,
    parameters: { layers, ...(overContext && { context: overContext }) },
    prepare: (features) => ({ hidden: ofContext(requireContext(kind, features, contextChannels)) }),
    apply: (x, context) =>
      tidy(() => {
        const { input, hidden, output } = degrees();
        const mask = (from: Tensor, to: Tensor, rule: typeof greater) =>
          cast(rule(expandDims(to, 0), expandDims(from, 1)), 'float32');
        const given = overContext && ofContext(requireContext(kind, context, contextChannels));
        let value = x;
        layers.forEach(({ weight, bias }, at) => {
          const last = at === layers.length - 1;
          const masked = mul(
            weight,
            mask(at === 0 ? input : hidden, last ? output : hidden, last ? greater : greaterEqual),
          );
          const sum = add(matrixProduct(value, masked), bias);
          const joined = at === 0 && given ? add(sum, given) : sum;
          value = last ? joined : relu(joined);
        });
        return value;
      }),
  };
}
