import { gaussianBlur } from '../gaussian-blur.ts';

/** Blurs the two colour differences of gamma-encoded RGB (YCbCr of BT.601) by `sigma` pixels and keeps luma, in place. */
export function smoothChroma(rgb: Float32Array, width: number, height: number, sigma: number): void {
  const count = width * height;
  const differences = new Float32Array(2 * count);
  const luma = (i: number) => 0.299 * rgb[3 * i]! + 0.587 * rgb[3 * i + 1]! + 0.114 * rgb[3 * i + 2]!;
  for (let i = 0; i < count; i++) {
    differences[2 * i] = rgb[3 * i]! - luma(i);
    differences[2 * i + 1] = rgb[3 * i + 2]! - luma(i);
  }
  gaussianBlur(differences, width, height, 2, sigma);
  for (let i = 0; i < count; i++) {
    const y = luma(i);
    const red = differences[2 * i]!;
    const blue = differences[2 * i + 1]!;
    rgb[3 * i] = y + red;
    rgb[3 * i + 1] = y - (0.299 * red + 0.114 * blue) / 0.587;
    rgb[3 * i + 2] = y + blue;
  }
}
