import { type Tensor, type Tensor4D, tensor4d, tidy, transpose } from '@tensorflow/tfjs-core';

/** The values of a formula at the flat indices of [batch, channels, height, width], as [batch, height, width, channels]. */
export function formulaImages(shape: readonly number[], value: (index: number) => number): Tensor4D {
  const [batch, height, width, channels] = shape as [number, number, number, number];
  const values = Float32Array.from({ length: batch * height * width * channels }, (_, index) => value(index));
  return tidy(() => transpose(tensor4d(values, [batch, channels, height, width]), [0, 2, 3, 1])) as Tensor4D;
}

/** The values in the order of the published program: [batch, channels, height, width]. */
export const channelsFirst = (x: Tensor): number[] => [...tidy(() => transpose(x, [0, 3, 1, 2])).dataSync()];
