import {
  abs,
  add,
  atan,
  div,
  exp,
  log,
  mul,
  neg,
  reshape,
  sigmoid,
  split,
  sub,
  type Tensor,
  tanh,
  unstack,
} from '@tensorflow/tfjs-core';
import type { Forward, Inverse } from './flow-layer.ts';
import { sumPerSample } from './per-sample.ts';
import { channelsOf } from './shape.ts';

/**
 * The elementwise affine map of a coupling or injector: how 2k channels that a network gives shift and scale k channels.
 * The bound on the scale keeps the inverse from exploding.
 */
export interface BoundedScale {
  readonly kind: string;
  /** Numbers that the network gives for each channel; 2 unless said. */
  readonly outputsPerChannel?: number;
  /**
   * Where they stand: `grouped`, all first numbers, then all second ones (also where nothing is said); `interleaved`, all numbers of
   * the first channel, then all of the second.
   */
  readonly layout?: 'grouped' | 'interleaved';
  forward(x: Tensor, networkOutput: Tensor): Forward;
  inverse(z: Tensor, networkOutput: Tensor): Inverse;
}

/** Scale = sigmoid(raw + offset) + epsilon: offset 2, epsilon 0.001 and `divide` unless given. */
export interface SigmoidScaleOptions {
  readonly offset?: number;
  readonly epsilon?: number;
  /** What encoding does: SRFlow and DeFlow divide by the scale, Glow multiplies with it. */
  readonly encode?: 'divide' | 'multiply';
}

/** Shift in the first half of the channels, raw scale in the second. */
function halves(networkOutput: Tensor): [shift: Tensor, raw: Tensor] {
  const [shift, raw] = split(networkOutput, 2, -1);
  return [shift, raw];
}

/** Shift in the even channels, raw scale in the odd ones. */
function interleaved(networkOutput: Tensor): [shift: Tensor, raw: Tensor] {
  const pairs = reshape(networkOutput, [...networkOutput.shape.slice(0, -1), channelsOf(networkOutput) / 2, 2]);
  const [shift, raw] = unstack(pairs, pairs.rank - 1);
  return [shift, raw];
}

/** z = (x + t) exp(s), s = logScale(raw), ln|det| = sum(s). The network gives [t | raw]. */
function exponentialScale(kind: string, logScale: (raw: Tensor) => Tensor): BoundedScale {
  return {
    kind,
    outputsPerChannel: 2,
    layout: 'grouped',
    forward(x, networkOutput) {
      const [shift, raw] = halves(networkOutput);
      const logs = logScale(raw);
      return { z: mul(add(x, shift), exp(logs)), logDet: sumPerSample(logs) };
    },
    inverse(z, networkOutput) {
      const [shift, raw] = halves(networkOutput);
      const logs = neg(logScale(raw));
      return { x: sub(mul(z, exp(logs)), shift), logDet: sumPerSample(logs) };
    },
  };
}

/**
 * The log-scale bounded by +-`clamp`: z = (x + t) exp(s), s = clamp tanh(raw / clamp), ln|det| = sum(s). The network gives
 * [t | raw]. A small clamp (0.05) makes a coupling almost additive, as the small DeFlow wants it.
 */
const tanhScale = (clamp: number): BoundedScale =>
  exponentialScale(`tanh(${clamp})`, (raw) => mul(tanh(div(raw, clamp)), clamp));

/** FrEIA's default: like `tanh`, with s = clamp 0.636 atan(raw / clamp), which levels off more slowly. */
const atanScale = (clamp: number): BoundedScale =>
  exponentialScale(`atan(${clamp})`, (raw) => mul(atan(div(raw, clamp)), 0.636 * clamp));

/** zuko's bound: s = raw / (1 + |raw / ln(smallest)|), so that scales lie between `smallest` and 1 / `smallest`; slope 1 at 0. */
const softClipScale = (smallest = 1e-3): BoundedScale =>
  exponentialScale(`softClip(${smallest})`, (raw) => softClip(raw, Math.abs(Math.log(smallest))));

/** raw / (1 + |raw| / limit), within +-limit. */
export const softClip = (raw: Tensor, limit: number): Tensor => div(raw, add(abs(div(raw, limit)), 1));

/**
 * The scale between `epsilon` and 1 + `epsilon`: s = sigmoid(raw + offset) + epsilon. The network gives t in the even and raw in
 * the odd channels. `encode: 'divide'` (SRFlow, DeFlow): z = x / s - t, ln|det| = -sum(ln s); `'multiply'` (Glow):
 * z = (x + t) s, ln|det| = sum(ln s).
 */
function sigmoidScale({ offset = 2, epsilon = 0.001, encode = 'divide' }: SigmoidScaleOptions = {}): BoundedScale {
  const read = (networkOutput: Tensor) => {
    const [shift, raw] = interleaved(networkOutput);
    const scale = add(sigmoid(add(raw, offset)), epsilon);
    return { shift, scale, logDet: sumPerSample(log(scale)) };
  };
  const shrink = (from: Tensor, networkOutput: Tensor) => {
    const { shift, scale, logDet } = read(networkOutput);
    return { to: sub(div(from, scale), shift), logDet: neg(logDet) };
  };
  const grow = (from: Tensor, networkOutput: Tensor) => {
    const { shift, scale, logDet } = read(networkOutput);
    return { to: mul(add(from, shift), scale), logDet };
  };
  const [encoding, decoding] = encode === 'divide' ? [shrink, grow] : [grow, shrink];
  return {
    kind: `sigmoid(${encode})`,
    outputsPerChannel: 2,
    layout: 'interleaved',
    forward(x, networkOutput) {
      const { to, logDet } = encoding(x, networkOutput);
      return { z: to, logDet };
    },
    inverse(z, networkOutput) {
      const { to, logDet } = decoding(z, networkOutput);
      return { x: to, logDet };
    },
  };
}

/** How many channels of network output `channels` channels of data need. */
export const outputsFor = ({ outputsPerChannel = 2 }: BoundedScale, channels: number): number =>
  outputsPerChannel * channels;

/** The bounded scales that couplings and injectors can use. */
export const boundedScale = {
  tanh: tanhScale,
  sigmoid: sigmoidScale,
  atan: atanScale,
  softClip: softClipScale,
} as const;
