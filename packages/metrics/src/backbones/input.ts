import { concat, mul, sub, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';

/** Grey images as three equal channels. */
export const threeChannels = (x: Tensor4D): Tensor4D => (x.shape[3] === 3 ? x : concat([x, x, x], 3));

type Rgb = readonly [number, number, number];

/** (x - shift) / scale, channel by channel. */
export function standardised(x: Tensor4D, shift: Rgb, scale: Rgb): Tensor4D {
  const perChannel = (values: readonly number[]) => tensor4d([...values], [1, 1, 1, 3]);
  return mul(sub(x, perChannel(shift)), perChannel(scale.map((value) => 1 / value)));
}
