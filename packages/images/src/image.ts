/** Sample types of an image; they fix its value range: 0..255, 0..65535, and 0..1 (may be exceeded) for both float types. */
export type Samples = Uint8Array | Uint16Array | Float32Array | Float64Array;

/**
 * A picture in plain memory: `height` rows of `width` pixels of `channels` interleaved samples.
 * Channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. RGB is gamma-encoded sRGB unless said otherwise.
 */
export interface Image<Data extends Samples = Samples> {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly data: Data;
}
