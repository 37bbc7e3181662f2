/** One channel of an image. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

/** Means of blocks of `factor` x `factor`; what is left over at the right and at the bottom is dropped. */
export function blockMeans(plane: Plane, factor: number): Plane {
  if (factor === 2) return pairMeans(plane);
  const { width, height, data } = plane;
  const columns = Math.floor(width / factor);
  const rows = Math.floor(height / factor);
  const means = new Float64Array(columns * rows);
  for (let y = 0; y < rows * factor; y++) {
    const target = Math.floor(y / factor) * columns;
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let k = 0; k < factor; k++) sum += data[y * width + x * factor + k]!;
      means[target + x]! += sum;
    }
  }
  const area = factor * factor;
  for (let i = 0; i < means.length; i++) means[i]! /= area;
  return { width: columns, height: rows, data: means };
}

function pairMeans({ width, height, data }: Plane): Plane {
  const columns = width >> 1;
  const rows = height >> 1;
  const means = new Float64Array(columns * rows);
  for (let y = 0, target = 0; y < rows; y++) {
    const above = 2 * y * width;
    const below = above + width;
    for (let x = 0; x < 2 * columns; x += 2)
      means[target++] = (data[above + x]! + data[above + x + 1]! + (data[below + x]! + data[below + x + 1]!)) / 4;
  }
  return { width: columns, height: rows, data: means };
}

/**
 * Every `factor`-th sample after a mean filter of `factor` x `factor`, centred and with mirrored border, as MATLAB's
 * `imfilter(..., 'symmetric')` followed by `1:factor:end` gives it: sizes become ceil(size / factor).
 */
export function filteredSamples({ width, height, data }: Plane, factor: number): Plane {
  const columns = centredBlocks(width, factor);
  const rows = centredBlocks(height, factor);
  const means = new Float64Array((columns.length / factor) * (rows.length / factor));
  const outputWidth = columns.length / factor;
  for (let i = 0; i < rows.length; i++) {
    const target = Math.floor(i / factor) * outputWidth;
    const source = rows[i]! * width;
    for (let x = 0; x < outputWidth; x++) {
      let sum = 0;
      for (let k = 0; k < factor; k++) sum += data[source + columns[x * factor + k]!]!;
      means[target + x]! += sum;
    }
  }
  const area = factor * factor;
  for (let i = 0; i < means.length; i++) means[i]! /= area;
  return { width: outputWidth, height: rows.length / factor, data: means };
}

/** The `factor` indices of each block, one block after the other; the first block is centred on sample 0. */
function centredBlocks(length: number, factor: number): Int32Array {
  const before = Math.ceil(factor / 2) - 1;
  return Int32Array.from({ length: Math.ceil(length / factor) * factor }, (_, i) => {
    const index = i - before;
    if (index < 0) return Math.min(-1 - index, length - 1);
    return index < length ? index : Math.max(2 * length - 1 - index, 0);
  });
}

/** Means of 2 x 2 samples; an odd size is first extended by a row or column of zeros, which count. */
export function halvedWithZeros(plane: Plane): Plane {
  const width = plane.width + (plane.width % 2);
  const height = plane.height + (plane.height % 2);
  if (width === plane.width && height === plane.height) return blockMeans(plane, 2);
  const data = new Float64Array(width * height);
  for (let y = 0; y < plane.height; y++)
    data.set(plane.data.subarray(y * plane.width, (y + 1) * plane.width), y * width);
  return blockMeans({ width, height, data }, 2);
}
