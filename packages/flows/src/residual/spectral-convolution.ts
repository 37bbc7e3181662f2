import type { Random } from '@deflow/images';
import { convolve, createParameter, type ParameterTree, uniform } from '@deflow/nn';
import {
  add,
  div,
  maximum,
  mul,
  norm,
  reverse,
  sum,
  type Tensor,
  type Tensor4D,
  tidy,
  transpose,
  type Variable,
} from '@tensorflow/tfjs-core';
import { parameter } from '../parameter.ts';
import type { Shape } from '../shape.ts';

export interface SpectralConvolutionOptions {
  /** Of the input, without the batch axis: the spectral norm of a convolution depends on the size of the image. */
  readonly shape: Shape;
  readonly outputChannels: number;
  readonly kernelSize: number;
  /** The largest factor by which the convolution may stretch. */
  readonly bound: number;
  readonly random: Random;
}

/** A convolution (a dense layer, for vectors) that never stretches by more than its bound. */
export interface SpectralConvolution {
  readonly parameters: ParameterTree;
  /** The weight of the moment, scaled down to the bound. The other methods take it, so that it is computed once. */
  weight(): Tensor4D;
  /** W x, or W x + bias. */
  apply(x: Tensor, weight: Tensor4D, options?: { readonly bias?: boolean }): Tensor;
  /** Power iterations: brings the buffers that measure the spectral norm up to the weight. */
  settle(iterations: number): void;
}

const unit = (x: Tensor): Tensor => div(x, maximum(norm(x), 1e-12));

/**
 * A convolution whose weight is scaled to a spectral norm of at most `bound` (Miyato et al. 2018; for convolutions Gouk et al. 2018):
 *
 *     W = weight bound / max(bound, s),   s = left . (weight right)
 *
 * left and right are buffers, the singular vectors that `settle` follows by power iteration; gradients treat them as constants.
 */
export function spectralConvolution(options: SpectralConvolutionOptions): SpectralConvolution {
  const { shape, outputChannels, kernelSize, bound, random } = options;
  const inputChannels = shape[shape.length - 1];
  const reach = 1 / Math.sqrt(inputChannels * kernelSize ** 2);
  const raw = createParameter([kernelSize, kernelSize, inputChannels, outputChannels], uniform(reach), random);
  const bias = createParameter([outputChannels], uniform(reach), random);
  const buffer = (sample: Shape): Variable => {
    const values = random.normals(sample.reduce((product, size) => product * size, 1));
    const length = Math.hypot(...values);
    return parameter(
      [1, ...sample],
      values.map((value) => value / length),
      { trainable: false },
    );
  };
  const right = buffer(shape);
  const left = buffer([...shape.slice(0, -1), outputChannels]);
  const kernel = raw as unknown as Tensor4D;
  const backwards = () => transpose(reverse(kernel, [0, 1]), [0, 1, 3, 2]);

  const settle = (iterations: number) =>
    tidy(() => {
      let [u, v]: Tensor[] = [left, right];
      for (let i = 0; i < iterations; i++) {
        v = unit(convolve(u, backwards()));
        u = unit(convolve(v, kernel));
      }
      right.assign(v);
      left.assign(u);
    });
  settle(30);
  return {
    parameters: { weight: raw, bias, left, right },
    weight() {
      const stretch = sum(mul(left, convolve(right, kernel)));
      return mul(kernel, div(bound, maximum(stretch, bound))) as Tensor4D;
    },
    apply(x, weight, { bias: shifted = true } = {}) {
      const product = convolve(x, weight);
      return shifted ? add(product, bias) : product;
    },
    settle,
  };
}
