import type { Tensor } from '@tensorflow/tfjs-core';
import type { Context, FlowLayer } from '../flow-layer.ts';
import { type CheckResult, compare } from './check-result.ts';

/** How far `checkInverse` lets a round trip be off; 1e-5 unless given. */
export interface CheckInverseOptions {
  readonly context?: Context;
  /** Relative to the largest value of the data, or to 1 if that is smaller. */
  readonly tolerance?: number;
}

/**
 * Whether `inverse` undoes `forward`: the data come back, and both log-determinants cancel (relative to their size).
 * Give the layer random parameters first: at its start many a layer is the identity.
 */
export async function checkInverse(
  layer: FlowLayer,
  x: Tensor,
  { context, tolerance = 1e-5 }: CheckInverseOptions = {},
): Promise<CheckResult> {
  const { z, logDet } = layer.forward(x, context);
  const back = layer.inverse(z, context);
  const [before, after] = [await x.data<'float32'>(), await back.x.data<'float32'>()];
  const [there, home] = [await logDet.data(), await back.logDet.data()];
  const check = compare('checkInverse', tolerance);
  check.add('elements', after.length, before.length);
  const size = before.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  before.forEach((value, i) => {
    check.add(`x[${i}]`, after[i], value, size);
  });
  there.forEach((value, i) => {
    check.add(`logDet[${i}] of the inverse`, home[i], -value, Math.max(1, Math.abs(value)));
  });
  for (const tensor of [back.x, back.logDet, logDet, z]) if (tensor !== x) tensor.dispose();
  return check.result();
}
