import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  concat,
  exp,
  mul,
  onesLike,
  reshape,
  slice,
  softmax,
  softplus,
  split,
  sub,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { softClip } from '../bounded-scale.ts';
import { strictlyLowerMask } from '../triangular.ts';

/** The smallest width and height of a bin, as a share of the box. */
const smallestBin = 1e-3;
/** The smallest slope at a knot. */
const smallestSlope = 1e-3;
/** With this added, raw slopes of zero give slopes of one. */
export const slopeOffset = /* @__PURE__ */ Math.log(/* @__PURE__ */ Math.expm1(1 - smallestSlope));

/** The bins of monotone splines, one per element: all [..., bins]. */
export interface Knots {
  /** Left edges, widths, lower edges, heights. */
  readonly x: Tensor;
  readonly width: Tensor;
  readonly y: Tensor;
  readonly height: Tensor;
  /** Slopes at the left and right edges. */
  readonly left: Tensor;
  readonly right: Tensor;
}

/** How free numbers become bins: as Durkan et al. and nflows do, or as zuko does (soft-clipped, exponential slopes). */
export type Parametrisation = 'durkan' | 'zuko';

const zukoLimit = /* @__PURE__ */ Math.log(1000);

/** The sum of what stands before each of the last axis' numbers, as a product with a matrix: XLA computes cumulative sums one by one. */
function sumOfEarlier(x: Tensor, length: number): Tensor {
  const rows = reshape(x, [-1, length]) as Tensor2D;
  return reshape(matrixProduct(rows, strictlyLowerMask(length), { transposeB: true }), x.shape);
}

/**
 * Knots in the box [-bound, bound]^2 from free numbers [..., 3 bins - 1] (Durkan et al. 2019, section 3.1): widths and heights by
 * softmax, inner slopes by softplus; at the borders the slope is 1, that of the identity outside.
 */
export function knotsFrom(raw: Tensor, bins: number, bound: number, parametrisation: Parametrisation): Knots {
  const [rawWidth, rawHeight, rawSlope] = split(raw, [bins, bins, bins - 1], raw.rank - 1);
  const zuko = parametrisation === 'zuko';
  const edges = (raw: Tensor) => {
    const share = zuko
      ? softmax(softClip(raw, zukoLimit / 2))
      : add(mul(softmax(raw), 1 - smallestBin * bins), smallestBin);
    const size = mul(share, 2 * bound);
    return [sub(sumOfEarlier(size, bins), bound), size];
  };
  const [x, width] = edges(rawWidth);
  const [y, height] = edges(rawHeight);
  const inner = zuko ? exp(softClip(rawSlope, zukoLimit)) : add(softplus(add(rawSlope, slopeOffset)), smallestSlope);
  const one = onesLike(slice(rawWidth, new Array(raw.rank).fill(0), [...raw.shape.slice(0, -1), 1]));
  return { x, width, y, height, left: concat([one, inner], -1), right: concat([inner, one], -1) };
}
