import { neg, type Tensor2D } from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import { FlowConfigurationError } from './errors.ts';
import type { FlowLayer } from './flow-layer.ts';
import type { InvertibleConv1x1Options } from './invertible-conv1x1.ts';
import { luStart } from './lu-start.ts';
import { invertMatrix, logAbsoluteDeterminant } from './matrix-inverse.ts';
import { mixChannels } from './mix-channels.ts';
import { parameter } from './parameter.ts';
import { samePerSample } from './per-sample.ts';
import { positionsOf, requireChannels } from './shape.ts';

/**
 * An invertible 1x1 convolution with a free matrix (Glow, Kingma and Dhariwal 2018, section 3.2):
 *
 *     z = W x        ln|det| = height width ln|det W|
 *
 * Nothing keeps W from becoming singular in training: prefer `invertibleConv1x1` unless weights of this form are to be loaded, and
 * look at `conditionNumbers` or call `requireWellConditioned` now and then. A singular W gives NaN.
 * Accepts images and vectors.
 */
export function plainConv1x1({ channels, start = 'rotation', random }: InvertibleConv1x1Options): FlowLayer {
  const kind = 'plainConv1x1';
  if (start === 'rotation' && !random) {
    throw new FlowConfigurationError(`${kind}: a random rotation needs random numbers.`, {
      remedy: "Pass `random: createRandom(seed)`, or start from 'identity' or 'roll'.",
    });
  }
  const { permutation, lower, upper } = luStart(channels, start, random);
  const rows: number[][] = [];
  permutation.forEach((row, i) => {
    rows[row] = upper.map((_, j) => lower[i].reduce((total, value, k) => total + value * upper[k][j], 0));
  });
  const weight = parameter([channels, channels], rows.flat());
  const matrix = weight as unknown as Tensor2D;
  return defineLayer({
    kind,
    parameters: { weight },
    matrix: () => matrix.clone(),
    latentShape: (shape) => requireChannels(kind, shape, channels),
    dataShape: (shape) => requireChannels(kind, shape, channels),
    forward: (x) => ({
      z: mixChannels(x, matrix),
      logDet: samePerSample(logAbsoluteDeterminant(matrix), positionsOf(x), x.shape[0]),
    }),
    inverse: (z) => ({
      x: mixChannels(z, invertMatrix(matrix)),
      logDet: samePerSample(neg(logAbsoluteDeterminant(matrix)), positionsOf(z), z.shape[0]),
    }),
  });
}
