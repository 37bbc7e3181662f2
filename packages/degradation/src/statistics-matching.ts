import {
  add,
  clipByValue,
  div,
  expandDims,
  mul,
  sub,
  type Tensor1D,
  type Tensor4D,
  tensor1d,
} from '@tensorflow/tfjs-core';
import type { ChannelStatistics } from './config.ts';

const scaled = (values: readonly number[]) => tensor1d(values.map((value) => value / 255));

/** Gives values of one domain the channel statistics of another: (v − mean) / deviation · deviation' + mean'. */
export function convertStatistics(values: Tensor4D, from: ChannelStatistics, to: ChannelStatistics): Tensor4D {
  const gain = div(scaled(to.deviation), scaled(from.deviation));
  return add(mul(sub(values, scaled(from.mean)), gain), scaled(to.mean)) as Tensor4D;
}

/** Degraded images (`labels` 1) get the statistics of clean ones and are clipped to 0..1; clean ones (0) stay as they are. */
export function matchStatistics(
  values: Tensor4D,
  labels: Tensor1D,
  { clean, degraded }: { readonly clean: ChannelStatistics; readonly degraded: ChannelStatistics },
): Tensor4D {
  const matched = clipByValue(convertStatistics(values, degraded, clean), 0, 1);
  const weights = expandDims(expandDims(expandDims(labels, 1), 2), 3);
  return add(values, mul(weights, sub(matched, values))) as Tensor4D;
}
