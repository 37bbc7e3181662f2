/** An RGB picture in the making: gamma-encoded float samples, 0..1, interleaved. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}
