import {
  add,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
  concat,
  conv2dTranspose,
  engine,
  getGradient,
  LeakyRelu,
  mul,
  type NamedAttrMap,
  split,
  sum,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { notBefore } from './not-before.ts';
import { requireGradients } from './require-gradients.ts';

export interface DenseBlockPass {
  /** The block's input and what came out of the first four convolutions, behind the leaky ReLU. */
  readonly features: readonly Tensor[];
  readonly kernels: readonly Tensor[];
  readonly slope: number;
  readonly residualScale: number;
}

/**
 * The gradients of a dense block with respect to its input, its five kernels and its five biases. The gradient of what went into
 * the k-th convolution is that of the next one's input, without the channels that the k-th added, plus what comes through the k-th:
 * one addition for all features where backpropagation by operations adds, cuts and joins each of them. What went into a convolution is
 * joined again: kept, the inputs of all five would take more than three times the memory of the features.
 */
export function denseBlockGradients(dy: Tensor, pass: DenseBlockPass): Tensor[] {
  const { kernels, slope, residualScale } = pass;
  // In a compiled graph the joints would otherwise be those of the forward pass, kept since then.
  const features = pass.features.map((each) => notBefore(each, [dy]));
  const kernelGradients: Tensor[] = [];
  const biasGradients: Tensor[] = [];
  let ofSum = mul(dy, residualScale);
  let ofFeatures: Tensor | undefined;
  for (let k = features.length - 1; k >= 0; k--) {
    const input = k === 0 ? features[0]! : concat(features.slice(0, k + 1), 3);
    kernelGradients.unshift(kernelGradient(input, ofSum, kernels[k]!));
    biasGradients.unshift(sum(ofSum, [0, 1, 2]));
    const through = inputGradient(ofSum, kernels[k]!, input);
    ofFeatures = ofFeatures ? add(ofFeatures, through) : through;
    if (k === 0) break;
    const activation = features[k]!;
    const channels = activation.shape[3]!;
    const [before, added] = split(ofFeatures, [input.shape[3]! - channels, channels], 3) as [Tensor, Tensor];
    ofFeatures = before;
    ofSum = leakyReluGradient(added, activation, slope);
  }
  return [add(ofFeatures!, dy), ...kernelGradients, ...biasGradients];
}

const inputGradient = (dy: Tensor, kernel: Tensor, input: Tensor): Tensor =>
  conv2dTranspose(dy as Tensor4D, kernel as Tensor4D, input.shape as [number, number, number, number], 1, 'same');

function kernelGradient(x: Tensor, dy: Tensor, kernel: Tensor): Tensor {
  const filterShape = kernel.shape as Conv2DBackpropFilterAttrs['filterShape'];
  const attributes: Partial<Conv2DBackpropFilterAttrs> = { strides: 1, pad: 'same', dataFormat: 'NHWC', filterShape };
  return engine().runKernel(Conv2DBackpropFilter, { x, dy }, attributes as NamedAttrMap) as Tensor;
}

/** From the result in place of the argument, which has the same sign: see `activationGradients` of the engine. */
function leakyReluGradient(dy: Tensor, y: Tensor, alpha: number): Tensor {
  requireGradients();
  const { x } = getGradient(LeakyRelu).gradFunc(dy, [y], { alpha });
  return x!();
}
