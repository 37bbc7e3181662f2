import type { Random } from '@deflow/images';

/** Side of a noise tile in pixels; tiles repeat without a seam. */
export const tileSize = 256;

/**
 * A seamless tile of noise whose amplitude falls by `2^-roughness` per octave towards high frequencies (0: white-like and
 * harsh, 1: the 1/f spectrum of natural images, 2: clouds), standard deviation 1.
 */
export function noiseTile(random: Random, roughness: number): Float32Array {
  const tile = new Float32Array(tileSize * tileSize);
  for (let cells = 4, amplitude = 1; cells <= tileSize; cells *= 2, amplitude *= 2 ** -roughness)
    addOctave(tile, random.normals(cells * cells), cells, amplitude);
  let sum = 0;
  for (const value of tile) sum += value * value;
  const scale = 1 / Math.sqrt(sum / tile.length);
  return tile.map((value) => value * scale);
}

/** Adds a grid of values, smoothly interpolated. */
function addOctave(tile: Float32Array, values: Float32Array, cells: number, amplitude: number): void {
  const step = cells / tileSize;
  for (let y = 0; y < tileSize; y++) {
    const row = Math.floor(y * step);
    const v = smooth(y * step - row);
    const above = row * cells;
    const below = ((row + 1) % cells) * cells;
    for (let x = 0; x < tileSize; x++) {
      const column = Math.floor(x * step);
      const u = smooth(x * step - column);
      const next = (column + 1) % cells;
      const top = values[above + column]! * (1 - u) + values[above + next]! * u;
      const bottom = values[below + column]! * (1 - u) + values[below + next]! * u;
      tile[y * tileSize + x]! += amplitude * (top * (1 - v) + bottom * v);
    }
  }
}

const smooth = (t: number): number => t * t * (3 - 2 * t);

/** The tile at any position, interpolated between its pixels. */
export function sampleTile(tile: Float32Array, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const u = x - left;
  const v = y - top;
  const mask = tileSize - 1;
  const row = (top & mask) * tileSize;
  const nextRow = ((top + 1) & mask) * tileSize;
  const column = left & mask;
  const nextColumn = (left + 1) & mask;
  const above = tile[row + column]! * (1 - u) + tile[row + nextColumn]! * u;
  const below = tile[nextRow + column]! * (1 - u) + tile[nextRow + nextColumn]! * u;
  return above * (1 - v) + below * v;
}
