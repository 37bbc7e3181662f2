import type { Image } from '../image.ts';
import { releaseKernels, type VectorKernels, vectorKernels } from './load-kernels.ts';
import { type ResizePlan, widestSpan } from './plan.ts';
import { turnBytes } from './vector-kernels.ts';

/** Memory beyond this is given back after a call. */
const keptBytes = 2 ** 25;

/**
 * Both passes in WebAssembly, two samples at a time. What is computed for each sample, and in which order, is the same as in the
 * scalar passes; so are the bits. Between the passes lie only the rows that the next output needs.
 *
 * @returns whether it was done: not without the kernels, nor without the memory.
 */
export function resizeByVectors(from: Image, to: Image, plan: ResizePlan): boolean {
  const kernels = vectorKernels();
  if (!kernels) return false;
  const places = layOut(from, to, plan);
  if (!provide(kernels.memory, places.end)) return false;
  resizeAt(places, kernels, { from, to, plan });
  if (kernels.memory.buffer.byteLength > keptBytes) releaseKernels();
  return true;
}

/** Whole turns, and one more: for what a kernel writes too far, and so that rows do not compete for the same lines of the cache. */
const bytesOfRow = (samples: number) => (Math.ceil((8 * samples) / turnBytes) + 1) * turnBytes;

type Places = ReturnType<typeof layOut>;

/** Where everything lies in the memory of the kernels. */
function layOut(from: Image, to: Image, { rows, columns, rowsFirst }: ResizePlan) {
  const [wide, narrow] = [from.width * from.channels, to.width * from.channels];
  const slots = widestSpan(rows);
  const slotBytes = bytesOfRow(rowsFirst ? wide : narrow);
  let end = 0;
  const place = (bytes: number) => {
    const address = end;
    end += Math.ceil(bytes / turnBytes) * turnBytes;
    return address;
  };
  return {
    slots,
    slotBytes,
    addresses: place(4 * rows.taps),
    rowWeights: place(8 * rows.weights.length),
    offsets: place(4 * columns.indices.length),
    columnWeights: place(8 * columns.weights.length),
    wideRow: place(bytesOfRow(wide)),
    narrowRow: place(bytesOfRow(narrow)),
    ring: place(slots * slotBytes),
    end,
  };
}

function provide(memory: WebAssembly.Memory, bytes: number): boolean {
  const missing = bytes - memory.buffer.byteLength;
  try {
    if (missing > 0) memory.grow(Math.ceil(missing / 2 ** 16));
    return true;
  } catch {
    return false;
  }
}

interface Work {
  readonly from: Image;
  readonly to: Image;
  readonly plan: ResizePlan;
}

function resizeAt(places: Places, kernels: VectorKernels, { from, to, plan }: Work): void {
  const { rows, columns, rowsFirst, rounding, white } = plan;
  const { slots, slotBytes, rowWeights, offsets, columnWeights, wideRow, narrowRow } = places;
  const { sumRows } = kernels;
  const { channels } = from;
  const [wide, narrow] = [from.width * channels, to.width * channels];
  const sumPixels = kernels.sumPixels[channels - 1]!;
  const round = rounding && (rounding === 'half-even' ? kernels.roundHalfEven : kernels.roundHalfAway);

  const samples = new Float64Array(kernels.memory.buffer);
  samples.set(rows.weights, rowWeights / 8);
  samples.set(columns.weights, columnWeights / 8);
  const addresses = new Int32Array(kernels.memory.buffer, places.addresses, rows.taps);
  new Int32Array(kernels.memory.buffer, offsets, columns.indices.length).set(
    columns.indices.map((index) => 8 * channels * index),
  );

  const load = (index: number, at: number) => samples.set(from.data.subarray(index * wide, (index + 1) * wide), at / 8);
  const narrowed = (at: number) => {
    sumPixels(at, at + 8 * narrow, wideRow, offsets, columnWeights, 4 * columns.taps);
    round?.(at, at + 8 * narrow, white);
  };
  // Which row of the input each slot of the ring holds: the rows that one output needs have different slots.
  const held = new Int32Array(slots).fill(-1);
  const slotOf = (index: number) => {
    const slot = index % slots;
    const at = places.ring + slot * slotBytes;
    if (held[slot] === index) return at;
    held[slot] = index;
    load(index, rowsFirst ? at : wideRow);
    if (!rowsFirst) narrowed(at);
    return at;
  };
  const [summed, length] = rowsFirst ? [wideRow, wide] : [narrowRow, narrow];
  for (let y = 0; y < to.height; y++) {
    for (let k = 0; k < rows.taps; k++) addresses[k] = slotOf(rows.indices[y * rows.taps + k]!);
    const weights = rowWeights + 8 * y * rows.taps;
    sumRows(summed, summed + 8 * length, places.addresses, places.addresses + 4 * rows.taps, weights);
    round?.(summed, summed + 8 * length, white);
    if (rowsFirst) narrowed(narrowRow);
    to.data.set(samples.subarray(narrowRow / 8, narrowRow / 8 + narrow), y * narrow);
  }
}
