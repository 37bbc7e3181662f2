import { fill, tensor2d } from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import { FlowConfigurationError } from './errors.ts';
import type { FlowLayer } from './flow-layer.ts';
import { type HostMatrix, invert } from './host-matrix.ts';
import { mixChannels } from './mix-channels.ts';
import { positionsOf, requireChannels } from './shape.ts';

/** What `fixedBasis` is made of. */
export interface FixedBasisOptions {
  /** [channels][channels], invertible: z = matrix x at every position. */
  readonly matrix: HostMatrix;
  /** The layer's name in errors and printed trees. */
  readonly kind?: string;
}

/**
 * A constant change of basis of the channels:
 *
 *     z = M x        ln|det| = height width ln|det M|
 *
 * Inverse and determinant are computed once in float64. Nothing is trained. Accepts images and vectors.
 * Throws `FlowConfigurationError` unless the matrix is square, `SingularMatrixError` unless it can be inverted.
 */
export function fixedBasis({ matrix, kind = 'fixedBasis' }: FixedBasisOptions): FlowLayer {
  const channels = matrix.length;
  if (matrix.some((row) => row.length !== channels)) {
    throw new FlowConfigurationError(`${kind}: the matrix is not square.`, {
      remedy: 'Give as many rows as columns.',
      value: matrix,
    });
  }
  const { inverse, logDet } = invert(matrix);
  const place = (rows: HostMatrix) => tensor2d(Float32Array.from(rows.flat()), [channels, channels]);
  return defineLayer({
    kind,
    parameters: {},
    latentShape: (shape) => requireChannels(kind, shape, channels),
    dataShape: (shape) => requireChannels(kind, shape, channels),
    forward(x) {
      return { z: mixChannels(x, place(matrix)), logDet: fill([x.shape[0]], logDet * positionsOf(x)) };
    },
    inverse(z) {
      return { x: mixChannels(z, place(inverse)), logDet: fill([z.shape[0]], -logDet * positionsOf(z)) };
    },
  });
}
