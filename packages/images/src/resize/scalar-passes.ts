import { emptyLike, type Image } from '../image.ts';
import { type ResizePlan, type Rounding, widestSpan } from './plan.ts';
import type { ResizeWeights } from './resize-weights.ts';

/** Takes a row of computed values into the samples of an image, from position `at` on. */
type Store = (row: Float64Array, to: Image['data'], at: number) => void;

/** Clips to 0..white and rounds. The branch on ties is rare: one on the fraction of every sample would be guessed wrongly. */
function quantise(white: number, rounding: Rounding): Store {
  const even = rounding === 'half-even';
  return (row, to, at) => {
    for (let i = 0; i < row.length; i++) {
      const value = row[i]!;
      const clipped = value > 0 ? (value < white ? value : white) : 0;
      let whole = (clipped + 0.5) | 0;
      const tie = whole - 0.5;
      // Below the tie only where adding 0.5 itself rounded up, just below 0.5.
      if (clipped <= tie && (clipped < tie || (even && (whole & 1) === 1))) whole--;
      to[at + i] = whole;
    }
  };
}

const keep: Store = (row, to, at) => to.set(row, at);

/** Both passes in JavaScript, for places without WebAssembly. */
export function resizeByScalars(
  from: Image,
  to: Image,
  { rows, columns, rowsFirst, rounding, white }: ResizePlan,
): void {
  const store = rounding ? quantise(white, rounding) : keep;
  const working: Image = rounding ? from : { ...from, data: new Float64Array() };
  if (rowsFirst) {
    const between = emptyLike(working, { height: to.height });
    resizeHeight(from, between, rows, store);
    resizeWidth(between, to, columns, store);
  } else {
    const between = emptyLike(working, { width: to.width });
    resizeWidth(from, between, columns, store);
    resizeHeight(between, to, rows, store);
  }
}

/** Every sum is taken tap by tap, in order, whatever the grouping: results do not depend on the loops below. */
function resizeHeight(from: Image, to: Image, axis: ResizeWeights, store: Store): void {
  const { taps, indices, weights } = axis;
  const length = from.width * from.channels;
  const sum = new Float64Array(length);
  // Source rows in float64, each converted once: the rows that one output needs have different slots.
  const slots = widestSpan(axis);
  const rows = new Float64Array(slots * length);
  const held = new Int32Array(slots).fill(-1);
  const starts = new Int32Array(taps);
  for (let y = 0; y < to.height; y++) {
    for (let k = 0; k < taps; k++) {
      const index = indices[y * taps + k]!;
      const slot = index % slots;
      starts[k] = slot * length;
      if (held[slot] === index) continue;
      rows.set(from.data.subarray(index * length, (index + 1) * length), slot * length);
      held[slot] = index;
    }
    sum.fill(0);
    addRows(rows, starts, weights.subarray(y * taps, (y + 1) * taps), sum);
    store(sum, to.data, y * length);
  }
}

/** Adds weighted rows, eight at a time: each sum is loaded and stored once for eight taps. */
function addRows(rows: Float64Array, starts: Int32Array, weights: Float64Array, sum: Float64Array): void {
  let k = 0;
  for (; k + 8 <= starts.length; k += 8) addEightRows(rows, starts.subarray(k), weights.subarray(k), sum);
  for (; k < starts.length; k++) {
    const start = starts[k]!;
    const weight = weights[k]!;
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * rows[start + i]!;
  }
}

function addEightRows(rows: Float64Array, starts: Int32Array, weights: Float64Array, sum: Float64Array): void {
  const [a, b, c, d] = [starts[0]!, starts[1]!, starts[2]!, starts[3]!];
  const [e, f, g, h] = [starts[4]!, starts[5]!, starts[6]!, starts[7]!];
  const [p, q, r, s] = [weights[0]!, weights[1]!, weights[2]!, weights[3]!];
  const [t, u, v, w] = [weights[4]!, weights[5]!, weights[6]!, weights[7]!];
  for (let i = 0; i < sum.length; i++)
    sum[i] =
      sum[i]! +
      p * rows[a + i]! +
      q * rows[b + i]! +
      r * rows[c + i]! +
      s * rows[d + i]! +
      t * rows[e + i]! +
      u * rows[f + i]! +
      v * rows[g + i]! +
      w * rows[h + i]!;
}

function resizeWidth(from: Image, to: Image, { taps, indices, weights }: ResizeWeights, store: Store): void {
  const { channels } = from;
  const row = new Float64Array(from.width * channels);
  const resized = new Float64Array(to.width * channels);
  const offsets = indices.map((index) => index * channels);
  const mix = channels === 3 ? mixColours : mixChannels;
  for (let y = 0; y < to.height; y++) {
    row.set(from.data.subarray(y * row.length, (y + 1) * row.length));
    mix(row, resized, { offsets, weights, taps, channels });
    store(resized, to.data, y * resized.length);
  }
}

interface Mix {
  readonly offsets: Int32Array;
  readonly weights: Float64Array;
  readonly taps: number;
  readonly channels: number;
}

function mixColours(row: Float64Array, resized: Float64Array, { offsets, weights, taps }: Mix): void {
  for (let at = 0, first = 0; at < resized.length; at += 3, first += taps) {
    let red = 0;
    let green = 0;
    let blue = 0;
    for (let k = first; k < first + taps; k++) {
      const weight = weights[k]!;
      const offset = offsets[k]!;
      red += weight * row[offset]!;
      green += weight * row[offset + 1]!;
      blue += weight * row[offset + 2]!;
    }
    resized[at] = red;
    resized[at + 1] = green;
    resized[at + 2] = blue;
  }
}

function mixChannels(row: Float64Array, resized: Float64Array, { offsets, weights, taps, channels }: Mix): void {
  for (let channel = 0; channel < channels; channel++)
    for (let at = channel, first = 0; at < resized.length; at += channels, first += taps) {
      let sum = 0;
      for (let k = first; k < first + taps; k++) sum += weights[k]! * row[offsets[k]! + channel]!;
      resized[at] = sum;
    }
}
