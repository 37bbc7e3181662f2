import { OptionError, type Random } from '@deflow/images';
import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  getBackend,
  pad,
  reshape,
  type Tensor,
  type Tensor4D,
  conv2d as tensorConv2d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { LayerInputError } from './errors.ts';
import { fanIn, type Initializer, pyTorchDefault, uniform, zeros } from './initializers.ts';
import type { Layer } from './layer.ts';
import { createParameter } from './parameters.ts';

export interface Conv2dOptions {
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** A number for square kernels, or [height, width]. */
  readonly kernelSize: number | readonly [height: number, width: number];
  readonly stride?: number;
  /** Zeros added on every side, as PyTorch counts them; (kernelSize - 1) / 2 unless said, which keeps the size. */
  readonly padding?: number | readonly [vertical: number, horizontal: number];
  readonly bias?: boolean;
  /** The weights at the start. Left out, weights and bias start as PyTorch's Conv2d: uniform within 1 / sqrt(fanIn). */
  readonly start?: Initializer;
  /** The bias at the start; zero when `start` is given and this is not. */
  readonly biasStart?: Initializer;
  readonly random: Random;
}

export interface Conv2d extends Layer {
  /** [height, width, inputChannels, outputChannels] */
  readonly weight: Variable;
  /** [outputChannels]; absent with `bias: false`. */
  readonly bias?: Variable;
}

/**
 * Cross-correlation with zero padding, as in PyTorch: [batch, height, width, inputChannels] to
 * [batch, floor((height + 2 padding - kernelSize) / stride) + 1, ..., outputChannels].
 * With kernelSize 1 it also takes [batch, inputChannels] and any other tensor with the channels last.
 */
export function conv2d(options: Conv2dOptions): Conv2d {
  const { inputChannels, outputChannels, stride = 1, bias = true, random } = options;
  const kernel = pair(options.kernelSize);
  const padding = options.padding === undefined ? middle(kernel) : pair(options.padding);
  const keepsSize = stride === 1 && kernel.every((size, axis) => size === 2 * padding[axis]! + 1);
  const shape = [...kernel, inputChannels, outputChannels];
  const biasStart = options.biasStart ?? (options.start ? zeros() : uniform(1 / Math.sqrt(fanIn(shape))));
  const weight = createParameter(shape, options.start ?? pyTorchDefault(), random);
  const shift = bias ? createParameter([outputChannels], biasStart, random) : undefined;

  const multiply = (x: Tensor): Tensor => {
    if (keepsSize) return convolve(x, weight);
    const [vertical, horizontal] = padding;
    const around: [number, number][] = [
      [0, 0],
      [vertical, vertical],
      [horizontal, horizontal],
      [0, 0],
    ];
    const padded = vertical + horizontal === 0 ? x : pad(x, around);
    return tensorConv2d(padded as Tensor4D, weight as unknown as Tensor4D, stride, 'valid');
  };

  return {
    parameters: shift ? { weight, bias: shift } : { weight },
    weight,
    bias: shift,
    apply(x) {
      const pointwise = kernel[0] * kernel[1] === 1 && stride === 1 && padding[0] + padding[1] === 0;
      checkInput(x, inputChannels, pointwise);
      return tidy(() => (shift ? add(multiply(x), shift) : multiply(x)));
    },
  };
}

/**
 * The convolution with stride 1 that keeps the size, without bias, as a function of its `weight` [height, width, inputs, outputs].
 * Kernels 1x1 also take `x` of any other rank with the channels last.
 */
export function convolve(x: Tensor, weight: Tensor): Tensor {
  const [height, width, inputs, outputs] = weight.shape as [number, number, number, number];
  // On WebGL TensorFlow.js makes a matrix product of a kernel 1x1, and one that is wrong for an odd number of inputs.
  if (x.rank === 4 && (height * width > 1 || getBackend() !== 'webgl'))
    return tensorConv2d(x as Tensor4D, weight as Tensor4D, 1, 'same');
  checkInput(x, inputs, height * width === 1);
  const product = matrixProduct(reshape(x, [-1, inputs]), reshape(weight, [inputs, outputs]));
  return reshape(product, [...x.shape.slice(0, -1), outputs]);
}

type Pair = readonly [number, number];

const pair = (size: number | Pair): Pair => (typeof size === 'number' ? [size, size] : size);

function middle(kernel: Pair): Pair {
  if (kernel.some((size) => size % 2 === 0)) {
    throw new OptionError(`A kernel of ${kernel.join('x')} has no middle.`, {
      remedy: 'Use odd sizes, or say how much padding you want.',
      value: kernel,
    });
  }
  return [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2];
}

function checkInput(x: Tensor, channels: number, pointwise: boolean): void {
  if (x.shape[x.rank - 1] === channels && (x.rank === 4 || (pointwise && x.rank > 0))) return;
  throw new LayerInputError(`conv2d was made for [batch, height, width, ${channels}] and got [${x.shape}].`, {
    remedy: `Give it a tensor whose last axis has ${channels} channels.`,
    value: x.shape,
  });
}
