import {
  abs,
  add,
  cast,
  clipByValue,
  concat,
  div,
  exp,
  expandDims,
  log,
  mul,
  neg,
  onesLike,
  reshape,
  slice,
  split,
  square,
  squeeze,
  stack,
  step,
  sub,
  sum,
  type Tensor,
  unstack,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { type BoundedScale, softClip } from '../bounded-scale.ts';
import { FlowConfigurationError } from '../errors.ts';
import { sumPerSample } from '../per-sample.ts';
import { type Knots, knotsFrom, type Parametrisation } from './knots.ts';
import { quadraticRoot } from './quadratic-root.ts';

/** The shape of a spline: 8 bins within +-5, no affine map before it, unless given. */
export interface RationalQuadraticOptions {
  readonly bins?: number;
  /** The spline acts within [-bound, bound]; outside it is the identity. */
  readonly bound?: number;
  /** Shifts and scales each element before the spline, by two more numbers of the network: then data need not lie in the box. */
  readonly affine?: boolean;
  /** `zuko` for weights trained with that library. */
  readonly parametrisation?: Parametrisation;
}

/** The bin of each element: its six numbers, picked without gather, whose gradient not every backend has. */
function binOf(value: Tensor, { x, width, y, height, left, right }: Knots, side: 'x' | 'y') {
  const edges = side === 'x' ? x : y;
  const [, inner] = split(edges, [1, edges.shape[edges.rank - 1] - 1], edges.rank - 1);
  const passed = step(sub(expandDims(value, -1), inner));
  const first = slice(zerosLike(edges), new Array(edges.rank).fill(0), [...edges.shape.slice(0, -1), 1]);
  const mark = sub(concat([onesLike(first), passed], -1), concat([passed, first], -1));
  const numbers = stack([x, width, y, height, left, right], edges.rank - 1);
  return unstack(sum(mul(numbers, expandDims(mark, edges.rank - 1)), edges.rank), edges.rank - 1);
}

/** ln of the spline's slope at xi of a bin. */
function logSlope(xi: Tensor, slope: Tensor, left: Tensor, right: Tensor): Tensor {
  const rest = sub(1, xi);
  const both = mul(xi, rest);
  const above = add(add(mul(right, square(xi)), mul(mul(slope, 2), both)), mul(left, square(rest)));
  const below = add(slope, mul(sub(add(left, right), mul(slope, 2)), both));
  return sub(add(mul(log(slope), 2), log(above)), mul(log(below), 2));
}

/**
 * The monotone rational-quadratic spline (Neural Spline Flows, Durkan et al. 2019) as the elementwise map of a coupling, an injector
 * or an autoregressive layer. Within a bin with edges (x_k, y_k), slopes d_k and d_k+1 at them, s = height / width, xi = (x - x_k) / width:
 *
 *     y = y_k + height (s xi^2 + d_k xi (1 - xi)) / (s + (d_k+1 + d_k - 2 s) xi (1 - xi))
 *
 * The network gives 3 bins - 1 numbers per element, after shift and raw log-scale (soft-clipped) with `affine`; zeros give the identity.
 */
export function rationalQuadratic({
  bins = 8,
  bound = 5,
  affine = false,
  parametrisation = 'durkan',
}: RationalQuadraticOptions = {}): BoundedScale {
  if (!(Number.isInteger(bins) && bins >= 2 && bins <= 500 && bound > 0)) {
    throw new FlowConfigurationError(`rationalQuadratic: ${bins} bins within +-${bound}.`, {
      remedy: 'Use 2 to 500 bins and a bound above 0.',
      value: { bins, bound },
    });
  }
  const outputsPerChannel = 3 * bins - 1 + (affine ? 2 : 0);
  // [batch, elements] whatever the data's shape: with bins and the six numbers that makes four axes, the most that WebGL pads.
  const flat = (x: Tensor) => reshape(x, [x.shape[0], -1]);
  const read = (networkOutput: Tensor) => {
    const perElement = reshape(networkOutput, [networkOutput.shape[0], -1, outputsPerChannel]);
    if (!affine) return { knots: knotsFrom(perElement, bins, bound, parametrisation) };
    const [shift, raw, rest] = split(perElement, [1, 1, 3 * bins - 1], 2);
    const logs = softClip(squeeze(raw, [2]), Math.log(1000));
    return { shift: squeeze(shift, [2]), logs, knots: knotsFrom(rest, bins, bound, parametrisation) };
  };
  const inBox = (value: Tensor, inside: Tensor, slopes: Tensor) => {
    const outside = cast(step(sub(abs(value), bound)), 'bool');
    return { to: where(outside, value, inside), logs: where(outside, zerosLike(slopes), slopes) };
  };
  return {
    kind: `rationalQuadratic(${bins})`,
    outputsPerChannel,
    layout: 'interleaved',
    forward(x, networkOutput) {
      const { knots, shift, logs } = read(networkOutput);
      const input = shift ? mul(add(flat(x), shift), exp(logs)) : flat(x);
      const [left, width, low, height, slopeLeft, slopeRight] = binOf(clipByValue(input, -bound, bound), knots, 'x');
      const xi = clipByValue(div(sub(clipByValue(input, -bound, bound), left), width), 0, 1);
      const slope = div(height, width);
      const both = mul(xi, sub(1, xi));
      const above = mul(height, add(mul(slope, square(xi)), mul(slopeLeft, both)));
      const below = add(slope, mul(sub(add(slopeLeft, slopeRight), mul(slope, 2)), both));
      const spline = inBox(input, add(low, div(above, below)), logSlope(xi, slope, slopeLeft, slopeRight));
      return { z: reshape(spline.to, x.shape), logDet: sumPerSample(logs ? add(spline.logs, logs) : spline.logs) };
    },
    inverse(z, networkOutput) {
      const { knots, shift, logs } = read(networkOutput);
      const elements = flat(z);
      const clipped = clipByValue(elements, -bound, bound);
      const [left, width, low, height, slopeLeft, slopeRight] = binOf(clipped, knots, 'y');
      const slope = div(height, width);
      const rise = sub(clipped, low);
      const bend = mul(rise, sub(add(slopeLeft, slopeRight), mul(slope, 2)));
      const a = add(mul(height, sub(slope, slopeLeft)), bend);
      const b = sub(mul(height, slopeLeft), bend);
      const c = neg(mul(slope, rise));
      const xi = clipByValue(quadraticRoot(a, b, c), 0, 1);
      const spline = inBox(elements, add(left, mul(xi, width)), neg(logSlope(xi, slope, slopeLeft, slopeRight)));
      const x = shift ? sub(mul(spline.to, exp(neg(logs))), shift) : spline.to;
      return { x: reshape(x, z.shape), logDet: sumPerSample(logs ? sub(spline.logs, logs) : spline.logs) };
    },
  };
}
