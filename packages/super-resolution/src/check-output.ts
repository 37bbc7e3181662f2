import type { Rectangle } from '@deflow/images';
import { BrokenOutputError } from './errors.ts';

/** A tile with any value above this is not black. */
const dark = 0.02;

/**
 * Some graphics processors answer a network's overflow with NaN or with zeros, and nobody notices before all images are written.
 *
 * @throws BrokenOutputError when a value is not finite, or all are 0 for an input that is not black.
 */
export function checkOutput(output: Float32Array, input: Float32Array, { x, y, width, height }: Rectangle): void {
  // Numbers that are not finite show in the sum.
  let sum = 0;
  let isZero = true;
  for (const value of output) {
    sum += value;
    if (value !== 0) isZero = false;
  }
  const tile = `the tile of ${width} x ${height} pixels at (${x}, ${y})`;
  if (!Number.isFinite(sum)) {
    throw new BrokenOutputError(`The network gave numbers that are not finite for ${tile}.`, {
      value: sum,
      remedy: 'Use precision float32, and check that the model file is the one you mean.',
    });
  }
  if (!isZero || !input.some((value) => value > dark)) return;
  throw new BrokenOutputError(`The network gave a black picture for ${tile}, which is not black.`, {
    value: 0,
    remedy: 'Use precision float32 or another backend, and check that the model file is the one you mean.',
  });
}
