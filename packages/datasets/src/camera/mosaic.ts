/**
 * The colour filter of the pixel (x, y) in an RGGB Bayer mosaic: 0 red (even row, even column), 1 green, 2 blue.
 */
export const bayerChannel = (x: number, y: number): 0 | 1 | 2 => ((x & 1) + (y & 1)) as 0 | 1 | 2;

/** Keeps of every RGB pixel (interleaved) the sample that its colour filter lets through. */
export function mosaic(rgb: Float32Array, width: number, height: number): Float32Array {
  const raw = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) raw[i] = rgb[3 * i + bayerChannel(x, y)]!;
  return raw;
}
