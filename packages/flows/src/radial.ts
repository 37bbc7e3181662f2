import type { Random } from '@deflow/images';
import {
  abs,
  add,
  div,
  log1p,
  maximum,
  mul,
  neg,
  reshape,
  softplus,
  sqrt,
  square,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
} from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import type { FlowLayer } from './flow-layer.ts';
import { parameter } from './parameter.ts';
import { requireDimensions } from './shape.ts';

/** The size of a `radial` layer over vectors [batch, dimensions], and where its start comes from. */
export interface RadialOptions {
  readonly dimensions: number;
  readonly random: Random;
}

/**
 * The radial layer (Rezende and Mohamed 2015) on vectors, data to latent, with r = |x - centre|, alpha = softplus(rawAlpha) and
 * beta = softplus(rawBeta) - alpha > -alpha, which keeps it invertible:
 *
 *     z = x + beta / (alpha + r) (x - centre)
 *     ln|det| = (dimensions - 1) ln(1 + beta / (alpha + r)) + ln(1 + alpha beta / (alpha + r)^2)
 *
 * The inverse finds r from R = |z - centre|: r^2 + (alpha + beta - R) r - alpha R = 0.
 */
export function radial({ dimensions, random }: RadialOptions): FlowLayer {
  const kind = 'radial';
  const centre = parameter([dimensions], random.normals(dimensions));
  const rawAlpha = parameter([], [1]);
  const rawBeta = parameter([], [1]);
  const numbers = () => {
    const alpha = softplus(rawAlpha);
    return { alpha, beta: sub(softplus(rawBeta), alpha) };
  };
  const lengthOf = (offset: Tensor) => sqrt(maximum(sum(square(offset), 1, true), 1e-30));
  const logDetAt = (r: Tensor, alpha: Tensor, beta: Tensor) => {
    const reach = add(alpha, r);
    const across = mul(log1p(div(beta, reach)), dimensions - 1);
    return reshape(add(across, log1p(div(mul(alpha, beta), square(reach)))), [-1]) as Tensor1D;
  };
  return defineLayer({
    kind,
    parameters: { centre, rawAlpha, rawBeta },
    latentShape: (shape) => requireDimensions(kind, shape, dimensions),
    dataShape: (shape) => requireDimensions(kind, shape, dimensions),
    forward(x) {
      const { alpha, beta } = numbers();
      const offset = sub(x, centre);
      const r = lengthOf(offset);
      return { z: add(x, mul(offset, div(beta, add(alpha, r)))), logDet: logDetAt(r, alpha, beta) };
    },
    inverse(z) {
      const { alpha, beta } = numbers();
      const offset = sub(z, centre);
      const length = lengthOf(offset);
      const b = sub(add(alpha, beta), length);
      const root = sqrt(add(square(b), mul(mul(alpha, length), 4)));
      // The root (root - b) / 2 without cancellation: for b > 0 it is 2 alpha R / (root + b).
      const far = step(b);
      const r = add(
        mul(far, div(mul(mul(alpha, length), 2), add(root, abs(b)))),
        mul(sub(1, far), mul(add(root, abs(b)), 0.5)),
      );
      const scale = div(r, length);
      return { x: add(centre, mul(offset, scale)), logDet: neg(logDetAt(r, alpha, beta)) };
    },
  });
}
