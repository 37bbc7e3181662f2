import type { HostMatrix } from './host-matrix.ts';

const normalised = (row: readonly number[]): number[] => row.map((value) => value / Math.hypot(...row));

const colours = [
  [1, 1, 1],
  [1, 0, -1],
  [1, -2, 1],
];

const bands = [
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 1, -1, -1],
  [1, -1, -1, 1],
];

/** Rows 4 colour + band in this order, so that both halves of the channels hold luma and chroma. */
const rowOrder = [0, 5, 2, 7, 8, 3, 4, 1, 6, 9, 10, 11];

/**
 * The orthonormal 12 x 12 basis for squeezed RGB images (channel 4c + 2dy + dx): the colours luma (R + G + B), R - B and
 * R - 2G + B, times the 2x2 Haar bands average, horizontal, vertical and diagonal difference. A camera's noise is far closer to
 * independent along these axes than along random rotations.
 */
export function lumaHaarBasis(): HostMatrix {
  const [axes, waves] = [colours.map(normalised), bands.map(normalised)];
  const product = axes.flatMap((axis) => waves.map((wave) => axis.flatMap((c) => wave.map((b) => c * b))));
  return rowOrder.map((row) => product[row]);
}
