import { matrixProduct } from '@deflow/images/tensors';
import { reshape, type Tensor3D, type Tensor4D, tensor3d } from '@tensorflow/tfjs-core';

/** Row i holds the weights of output i: half-pixel centres, borders repeated. [1, length · scale, length] */
function weights(length: number, scale: number): Tensor3D {
  const matrix = new Float32Array(length * scale * length);
  for (let i = 0; i < length * scale; i++) {
    const position = (i + 0.5) / scale - 0.5;
    const first = Math.floor(position);
    const share = position - first;
    const clamp = (index: number) => Math.min(length - 1, Math.max(0, index));
    matrix[i * length + clamp(first)] += 1 - share;
    matrix[i * length + clamp(first + 1)] += share;
  }
  return tensor3d(matrix, [1, length * scale, length]);
}

/** Bilinear enlargement by a whole `scale` with half-pixel centres, as two matrix products: every backend has their gradients. */
export function enlargeBilinear(x: Tensor4D, scale: number): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const tall = matrixProduct(weights(height, scale), reshape(x, [batch, height, width * channels]));
  const rows = reshape(tall, [batch * height * scale, width, channels]) as Tensor3D;
  return reshape(matrixProduct(weights(width, scale), rows), [batch, height * scale, width * scale, channels]);
}
