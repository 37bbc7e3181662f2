import {
  add,
  Conv2DBackpropFilter,
  type Conv2DBackpropFilterAttrs,
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
import { requireGradients } from './require-gradients.ts';

export interface DenseBlockPass {
  /** What went into each of the five convolutions. */
  readonly inputs: readonly Tensor[];
  /** What came out of the first four, behind the leaky ReLU. */
  readonly activations: readonly Tensor[];
  readonly kernels: readonly Tensor[];
  readonly slope: number;
  readonly residualScale: number;
}

/**
 * The gradients of a dense block with respect to its input, its five kernels and its five biases. The gradient of what went into
 * the k-th convolution is that of the next one's input, without the channels that the k-th added, plus what comes through the k-th:
 * one addition for all features where backpropagation by operations adds, cuts and joins each of them.
 */
export function denseBlockGradients(dy: Tensor, pass: DenseBlockPass): Tensor[] {
  const { inputs, activations, kernels, slope, residualScale } = pass;
  const kernelGradients: Tensor[] = [];
  const biasGradients: Tensor[] = [];
  let ofSum = mul(dy, residualScale);
  let ofFeatures: Tensor | undefined;
  for (let k = inputs.length - 1; k >= 0; k--) {
    const input = inputs[k]!;
    kernelGradients.unshift(kernelGradient(input, ofSum, kernels[k]!));
    biasGradients.unshift(sum(ofSum, [0, 1, 2]));
    const through = inputGradient(ofSum, kernels[k]!, input);
    ofFeatures = ofFeatures ? add(ofFeatures, through) : through;
    if (k === 0) break;
    const activation = activations[k - 1]!;
    const [before, added] = split(ofFeatures, [inputs[k - 1]!.shape[3]!, activation.shape[3]!], 3) as [Tensor, Tensor];
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
