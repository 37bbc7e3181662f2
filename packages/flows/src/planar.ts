import type { Random } from '@deflow/images';
import { matrixProduct } from '@deflow/images/tensors';
import {
  abs,
  add,
  customGrad,
  div,
  log1p,
  mul,
  reshape,
  softplus,
  square,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tanh,
  tidy,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import type { FlowLayer } from './flow-layer.ts';
import { parameter } from './parameter.ts';
import { requireDimensions } from './shape.ts';

/** The size of a `planar` layer over vectors [batch, dimensions], and where its start comes from. */
export interface PlanarOptions {
  readonly dimensions: number;
  readonly random: Random;
}

/** Halvings of the interval that holds the solution: enough to leave nothing but float32's rounding. */
const halvings = 30;

/** The tensor as a constant: nothing is differentiated through it. */
const constant = (x: Tensor): Tensor =>
  customGrad((input) => ({ value: (input as Tensor).clone(), gradFunc: () => zerosLike(input as Tensor) }))(x);

/**
 * The a with a + pull tanh(a) = c, for pull > -1: found by halving [c - |pull|, c + |pull|], then one Newton step, through which
 * alone the gradient goes (it is exact there).
 */
function solve(c: Tensor, pull: Tensor): Tensor {
  const [level, strength] = [constant(c), constant(pull)];
  const found = tidy(() => {
    let width: Tensor = abs(strength);
    let a = sub(level, width);
    for (let i = 0; i < halvings; i++) {
      const middle = add(a, width);
      const below = step(sub(level, add(middle, mul(strength, tanh(middle)))));
      a = add(a, mul(width, below));
      width = mul(width, 0.5);
    }
    return a;
  });
  const slope = add(mul(strength, sub(1, square(tanh(found)))), 1);
  return sub(found, div(sub(add(found, mul(pull, tanh(found))), c), slope));
}

/**
 * The planar layer (Rezende and Mohamed 2015) on vectors, data to latent:
 *
 *     z = x + u' tanh(w.x + b)        ln|det| = ln(1 + w.u' (1 - tanh^2(w.x + b)))
 *     u' = u + (softplus(w.u) - 1 - w.u) w / |w|^2, so that w.u' > -1 and the map is invertible
 *
 * The inverse is found from the one number a = w.x + b, which solves a + w.u' tanh(a) = w.z + b.
 */
export function planar({ dimensions, random }: PlanarOptions): FlowLayer {
  const kind = 'planar';
  const draw = () => random.normals(dimensions).map((value) => value / Math.sqrt(dimensions));
  const u = parameter([dimensions], draw());
  const w = parameter([dimensions], draw());
  const b = parameter([]);
  const vectors = () => {
    const overlap = sum(mul(u, w));
    const corrected = add(u, mul(w, div(sub(sub(softplus(overlap), 1), overlap), sum(square(w)))));
    return { direction: corrected, pull: sub(softplus(overlap), 1) };
  };
  const project = (x: Tensor) => add(matrixProduct(x, reshape(w, [dimensions, 1])), b);
  const logSlope = (a: Tensor, pull: Tensor) => reshape(log1p(mul(pull, sub(1, square(tanh(a))))), [-1]) as Tensor1D;
  return defineLayer({
    kind,
    parameters: { u, w, b },
    latentShape: (shape) => requireDimensions(kind, shape, dimensions),
    dataShape: (shape) => requireDimensions(kind, shape, dimensions),
    forward(x) {
      const { direction, pull } = vectors();
      const a = project(x);
      return { z: add(x, mul(direction, tanh(a))), logDet: logSlope(a, pull) };
    },
    inverse(z) {
      const { direction, pull } = vectors();
      const a = solve(project(z), pull);
      return { x: sub(z, mul(direction, tanh(a))), logDet: sub(0, logSlope(a, pull)) };
    },
  });
}
