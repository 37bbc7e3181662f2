/** Gamma-encoded sRGB to linear light, both 0..1 (IEC 61966-2-1). */
export const toLinear = (encoded: number): number =>
  encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;

/** Linear light to gamma-encoded sRGB, both 0..1. */
export const toEncoded = (linear: number): number =>
  linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
