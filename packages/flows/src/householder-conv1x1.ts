import type { Random } from '@deflow/images';
import { matrixProduct } from '@deflow/images/tensors';
import { div, mul, slice, sub, sum, type Tensor, type Tensor2D, transpose, zeros } from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import type { FlowLayer } from './flow-layer.ts';
import { mixChannels } from './mix-channels.ts';
import { parameter } from './parameter.ts';
import { requireChannels } from './shape.ts';
import { identityMatrix } from './triangular.ts';

/** The sizes of a `householderConv1x1`, and where its first reflections come from. */
export interface HouseholderConv1x1Options {
  readonly channels: number;
  /** How many reflections; as many as channels reach every orthogonal matrix of their sign. */
  readonly reflections?: number;
  readonly random: Random;
}

/**
 * A learned orthogonal 1x1 convolution as a product of Householder reflections (Tomczak and Welling 2016):
 *
 *     z = H_k ... H_1 x,   H_i = I - 2 v_i v_i^T / (v_i^T v_i)        ln|det| = 0
 *
 * Its inverse is its transpose. The v_i start as random directions. Accepts images and vectors.
 */
export function householderConv1x1({ channels, reflections = channels, random }: HouseholderConv1x1Options): FlowLayer {
  const kind = 'householderConv1x1';
  const v = parameter([reflections, channels], random.normals(reflections * channels));
  /** H_1 ... H_k */
  const transposed = () => {
    let product: Tensor = identityMatrix(channels);
    for (let i = 0; i < reflections; i++) {
      const direction = slice(v, [i, 0], [1, channels]) as Tensor2D;
      const overlap = matrixProduct(product, direction, { transposeB: true });
      product = sub(product, mul(matrixProduct(overlap, direction), div(2, sum(mul(direction, direction)))));
    }
    return product as Tensor2D;
  };
  return defineLayer({
    kind,
    parameters: { v },
    latentShape: (shape) => requireChannels(kind, shape, channels),
    dataShape: (shape) => requireChannels(kind, shape, channels),
    forward: (x) => ({ z: mixChannels(x, transpose(transposed())), logDet: zeros([x.shape[0]]) }),
    inverse: (z) => ({ x: mixChannels(z, transposed()), logDet: zeros([z.shape[0]]) }),
  });
}
