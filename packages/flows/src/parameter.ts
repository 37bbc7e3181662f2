import { tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import type { Shape } from './shape.ts';

/** A float32 variable that holds `values`, or zeros. */
export function parameter(shape: Shape, values?: ArrayLike<number>, { trainable = true } = {}): Variable {
  const size = shape.reduce((product, length) => product * length, 1);
  return tidy(() =>
    variable(tensor(values ? Float32Array.from(values) : new Float32Array(size), [...shape]), trainable),
  );
}
