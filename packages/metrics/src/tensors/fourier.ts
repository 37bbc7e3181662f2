import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  mul,
  reshape,
  scalar,
  sub,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor2d,
} from '@tensorflow/tfjs-core';

/** Complex planes, [planes, height, width] each. */
export interface ComplexPlanes {
  readonly real: Tensor3D;
  readonly imaginary: Tensor3D;
}

/** Cosines and sines of 2 pi i k / length. */
interface Waves {
  readonly cosines: Tensor2D;
  readonly sines: Tensor2D;
}

function waves(length: number): Waves {
  const values = (wave: (angle: number) => number) =>
    tensor2d(
      Float32Array.from({ length: length * length }, (_, i) =>
        wave((2 * Math.PI * ((Math.floor(i / length) * (i % length)) % length)) / length),
      ),
      [length, length],
    );
  return { cosines: values(Math.cos), sines: values(Math.sin) };
}

/**
 * Fourier transforms of planes of one size as products with matrices of cosines and sines: unlike transforms with
 * complex numbers these run, and have gradients, on every backend.
 */
export function planeTransforms(height: number, width: number) {
  const [rows, columns] = [waves(height), waves(width)];
  const planes = ({ shape }: Tensor) => shape[0]!;
  const down = (matrix: Tensor2D, x: Tensor3D): Tensor3D => {
    const count = planes(x);
    const repeated = reshape(matrix, [1, height, height]);
    return reshape(matrixProduct(repeated, x), [count, height, width]);
  };
  const along = (x: Tensor3D, matrix: Tensor2D): Tensor3D =>
    reshape(matrixProduct(reshape(x, [planes(x) * height, width]), matrix), [planes(x), height, width]);

  return {
    /** Forward, of real planes. */
    forward(x: Tensor3D): ComplexPlanes {
      const [even, odd] = [down(rows.cosines, x), down(rows.sines, x)];
      return {
        real: sub(along(even, columns.cosines), along(odd, columns.sines)),
        imaginary: mul(add(along(even, columns.sines), along(odd, columns.cosines)), scalar(-1)),
      };
    },
    /** Divided by the number of samples. */
    inverse({ real, imaginary }: ComplexPlanes): ComplexPlanes {
      const tall = {
        real: sub(down(rows.cosines, real), down(rows.sines, imaginary)) as Tensor3D,
        imaginary: add(down(rows.cosines, imaginary), down(rows.sines, real)) as Tensor3D,
      };
      const count = scalar(1 / (height * width));
      return {
        real: mul(sub(along(tall.real, columns.cosines), along(tall.imaginary, columns.sines)), count),
        imaginary: mul(add(along(tall.imaginary, columns.cosines), along(tall.real, columns.sines)), count),
      };
    },
  };
}
