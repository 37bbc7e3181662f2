import { fanIn, type Initializer } from './initializers.ts';

/**
 * A random (semi-)orthogonal matrix times `gain`, Haar-distributed: a Gaussian matrix made orthonormal by Gram-Schmidt
 * (Saxe et al. 2014; PyTorch's `orthogonal_`). Kernels count as matrices [height * width * input, output]: the outputs are
 * orthonormal when there are at most fanIn of them, else the inputs.
 */
export const orthogonal =
  (gain = 1): Initializer =>
  (shape, random) => {
    const rows = fanIn(shape);
    const columns = shape[shape.length - 1]!;
    const length = Math.max(rows, columns);
    const vectors = Array.from({ length: Math.min(rows, columns) }, () =>
      Float64Array.from({ length }, () => random.normal()),
    );
    vectors.forEach((vector, index) => {
      orthonormalise(vector, vectors.slice(0, index));
    });
    const values = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const value = columns <= rows ? vectors[column]![row]! : vectors[row]![column]!;
        values[row * columns + column] = gain * value;
      }
    }
    return values;
  };

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, index) => sum + value * b[index]!, 0);

/** Removes the directions of `basis` from `vector` and gives it length 1; twice, because one pass loses digits. */
function orthonormalise(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (let pass = 0; pass < 2; pass++) {
    for (const direction of basis) {
      const overlap = dot(vector, direction);
      for (let i = 0; i < vector.length; i++) vector[i]! -= overlap * direction[i]!;
    }
    const norm = Math.sqrt(dot(vector, vector));
    for (let i = 0; i < vector.length; i++) vector[i]! /= norm;
  }
}
