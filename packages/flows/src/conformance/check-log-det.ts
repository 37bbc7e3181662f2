import { grad, reshape, type Tensor, tensor2d, tidy, tile } from '@tensorflow/tfjs-core';
import type { Context, FlowLayer } from '../flow-layer.ts';
import { invert } from '../host-matrix.ts';
import { type CheckResult, compare } from './check-result.ts';

/** How far `checkLogDet` lets a log-determinant be off from that of the Jacobian; 1e-4 unless given. */
export interface CheckLogDetOptions {
  readonly context?: Context;
  /** Relative to the size of the log-determinant, or to 1 if that is smaller. */
  readonly tolerance?: number;
}

/** Row `output` of each sample's Jacobian dz/dx: [batch][inputs]. */
async function jacobianRow(layer: FlowLayer, x: Tensor, context: Context | undefined, output: number) {
  const [batch] = x.shape;
  const row = tidy(() => {
    const toLatent = (input: Tensor) => reshape(layer.forward(input, context).z, [batch, -1]);
    const dimensions = x.size / batch;
    const direction = tile(tensor2d([Array.from({ length: dimensions }, (_, i) => (i === output ? 1 : 0))]), [
      batch,
      1,
    ]);
    return grad(toLatent)(x, direction);
  });
  const values = await row.data();
  row.dispose();
  const dimensions = x.size / batch;
  return Array.from({ length: batch }, (_, sample) => [
    ...values.slice(sample * dimensions, (sample + 1) * dimensions),
  ]);
}

/**
 * Compares each sample's log-determinant with ln|det| of the Jacobian that automatic differentiation gives, one row per backward
 * pass, decomposed in float64. Made for small data: its time grows with the square of the number of dimensions.
 */
export async function checkLogDet(
  layer: FlowLayer,
  x: Tensor,
  { context, tolerance = 1e-4 }: CheckLogDetOptions = {},
): Promise<CheckResult> {
  const [batch] = x.shape;
  const check = compare('checkLogDet', tolerance);
  const jacobians: number[][][] = Array.from({ length: batch }, () => []);
  for (let output = 0; output < x.size / batch; output++) {
    const rows = await jacobianRow(layer, x, context, output);
    rows.forEach((row, sample) => {
      jacobians[sample].push(row);
    });
  }
  const { z, logDet } = layer.forward(x, context);
  const claimed = await logDet.data();
  check.add('samples in logDet', claimed.length, batch);
  jacobians.forEach((jacobian, sample) => {
    const { logDet: wanted } = invert(jacobian);
    check.add(`logDet[${sample}]`, claimed[sample], wanted, Math.max(1, Math.abs(wanted)));
  });
  if (z !== x) z.dispose();
  logDet.dispose();
  return check.result();
}
