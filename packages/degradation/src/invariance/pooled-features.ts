import {
  concat,
  mean,
  moments,
  slice,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';

/** Mean square of the differences between neighbours along an axis. */
function roughness(x: Tensor4D, axis: 1 | 2): Tensor {
  const length = x.shape[axis];
  if (length < 2) return mean(sub(x, x), [1, 2]);
  const part = (begin: number) => {
    const from = [0, 0, 0, 0] as [number, number, number, number];
    const size = [...x.shape] as [number, number, number, number];
    from[axis] = begin;
    size[axis] = length - 1;
    return slice(x, from, size);
  };
  return sqrt(mean(square(sub(part(1), part(0))), [1, 2]));
}

/** What an image's features are like as a whole: for every channel mean, deviation and roughness along both axes, [batch, 4 channels]. */
export function pooledFeatures(x: Tensor4D): Tensor2D {
  const { mean: average, variance } = moments(x, [1, 2]);
  return concat([average, sqrt(variance), roughness(x, 1), roughness(x, 2)], 1) as Tensor2D;
}
