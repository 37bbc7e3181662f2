import type { Random } from '@deflow/images';
import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  exp,
  mul,
  stack,
  sub,
  sum,
  type Tensor2D,
  type Tensor3D,
  transpose,
  unstack,
} from '@tensorflow/tfjs-core';
import { defineLayer, tidied } from './define-layer.ts';
import { FlowConfigurationError } from './errors.ts';
import type { FlowLayer } from './flow-layer.ts';
import { type LuStart, luStart } from './lu-start.ts';
import { mixChannels } from './mix-channels.ts';
import { parameter } from './parameter.ts';
import { samePerSample } from './per-sample.ts';
import { positionsOf, requireChannels } from './shape.ts';
import { identityMatrix, invertLowerTriangular, strictlyLowerMask } from './triangular.ts';

/** The size and the start of an `invertibleConv1x1`; a rotation, which needs `random`, unless given. */
export interface InvertibleConv1x1Options {
  readonly channels: number;
  /** The matrix before training: a random rotation, the identity, or a roll by half the channels (it swaps the halves). */
  readonly start?: LuStart;
  /** Where a rotation's random numbers come from. */
  readonly random?: Random;
}

/**
 * An invertible 1x1 convolution in LU form (Glow, Kingma and Dhariwal 2018, section 3.2):
 *
 *     z = W x,  W = P L U        ln|det| = height width sum(logS)
 *     L = strictly lower part of l, plus I
 *     U = strictly upper part of u, plus diag(signS exp(logS))
 *
 * The permutation `p` and the signs `signS` are fixed buffers; l, u and logS are trained. The inverse X = U^-1 L^-1 P^T is found
 * by block substitution from the parameters of the moment, inside the graph; one Newton step X + (I - X W) X then makes it as exact
 * as one computed in float64 and rounded. Accepts images and vectors.
 */
export function invertibleConv1x1({ channels, start = 'rotation', random }: InvertibleConv1x1Options): FlowLayer {
  const kind = 'invertibleConv1x1';
  if (start === 'rotation' && !random) {
    throw new FlowConfigurationError(`${kind}: a random rotation needs random numbers.`, {
      remedy: "Pass `random: createRandom(seed)`, or start from 'identity' or 'roll'.",
    });
  }
  const { permutation, lower, upper } = luStart(channels, start, random);
  const diagonal = upper.map((row, i) => row[i]);
  const square = [channels, channels];
  const matrix = (entry: (i: number, j: number) => number) =>
    Array.from({ length: channels ** 2 }, (_, at) => entry(Math.floor(at / channels), at % channels));
  const p = parameter(
    square,
    matrix((i, j) => (permutation[j] === i ? 1 : 0)),
    { trainable: false },
  );
  const signS = parameter([channels], diagonal.map(Math.sign), { trainable: false });
  const l = parameter(
    square,
    matrix((i, j) => (j < i ? lower[i][j] : 0)),
  );
  const u = parameter(
    square,
    matrix((i, j) => (j > i ? upper[i][j] : 0)),
  );
  const logS = parameter(
    [channels],
    diagonal.map((value) => Math.log(Math.abs(value))),
  );

  const factors = () => {
    const below = strictlyLowerMask(channels);
    const identity = identityMatrix(channels);
    const diagonal = mul(identity, mul(signS, exp(logS)));
    return {
      lower: add(mul(l, below), identity) as Tensor2D,
      upperTransposed: add(mul(transpose(u), below), diagonal) as Tensor2D,
    };
  };
  const productOf = ({ lower, upperTransposed }: ReturnType<typeof factors>) =>
    matrixProduct(p, matrixProduct(lower, upperTransposed, { transposeB: true })) as Tensor2D;
  const weight = () => productOf(factors());
  const inverseWeight = () => {
    const { lower, upperTransposed } = factors();
    const [inverseUpper, inverseLower] = unstack(invertLowerTriangular(stack([upperTransposed, lower]) as Tensor3D));
    const first = matrixProduct(inverseUpper, inverseLower, { transposeA: true });
    const inverse = matrixProduct(first, p, { transposeB: true }) as Tensor2D;
    const residual = sub(identityMatrix(channels), matrixProduct(inverse, productOf({ lower, upperTransposed })));
    return add(inverse, matrixProduct(residual, inverse)) as Tensor2D;
  };

  return defineLayer({
    kind,
    parameters: { p, signS, l, u, logS },
    matrix: () => tidied(weight),
    latentShape: (shape) => requireChannels(kind, shape, channels),
    dataShape: (shape) => requireChannels(kind, shape, channels),
    forward: (x) => ({
      z: mixChannels(x, weight()),
      logDet: samePerSample(sum(logS), positionsOf(x), x.shape[0]),
    }),
    inverse: (z) => ({
      x: mixChannels(z, inverseWeight()),
      logDet: samePerSample(sum(logS), -positionsOf(z), z.shape[0]),
    }),
  });
}
