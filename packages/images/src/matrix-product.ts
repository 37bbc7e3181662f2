import { getBackend, matMul, pad, slice, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** Which of the factors are transposed first. */
export interface MatrixProductOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

/**
 * `matMul` that is right on WebGL too, gradients included. There a texel holds 2 x 2 numbers; operations leave anything in the unused
 * ones of odd sizes, and tfjs 4.22's product over an odd number of terms adds them up: matMul(exp(a), exp(b)) of 5 x 5 matrices is off
 * by one, and NaN where a / b was 0 / 0. On WebGL matrices therefore get zeros up to even sizes, of which nothing is unused.
 */
export function matrixProduct<Product extends Tensor = Tensor>(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: MatrixProductOptions = {},
): Product {
  if (getBackend() !== 'webgl') return matMul(a, b, transposeA, transposeB) as Product;
  return tidy(() => {
    const product = matMul(withEvenSides(a), withEvenSides(b), transposeA, transposeB);
    const rows = a.shape[a.rank - (transposeA ? 1 : 2)]!;
    const columns = b.shape[b.rank - (transposeB ? 2 : 1)]!;
    const batch = product.shape.slice(0, -2);
    if (product.shape.at(-2) === rows && product.shape.at(-1) === columns) return product as Tensor as Product;
    return slice(product, [...batch, 0, 0].fill(0), [...batch, rows, columns]) as Tensor as Product;
  });
}

function withEvenSides<Factor extends Tensor>(x: Factor): Factor {
  const odd = x.shape.map((size, axis) => (axis < x.rank - 2 ? 0 : size % 2));
  return odd.some((more) => more > 0)
    ? pad(
        x,
        odd.map((more): [number, number] => [0, more]),
      )
    : x;
}
