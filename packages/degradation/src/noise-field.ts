import type { Random } from '@deflow/images';
import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';

/** A region in pixels of the whole image; x counts columns, y rows. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Noise for a whole image, from which tiles take their parts: where tiles overlap they see the same noise. */
export interface NoiseField {
  /** The part that lies over `region`, as [1, height, width, channels] at the field's own size. The caller frees it. */
  part(region: Region): Tensor4D;
}

export interface NoiseFieldOptions {
  /** Of the whole image. */
  readonly width: number;
  readonly height: number;
  /** How many times smaller than the image the field is. */
  readonly reduction: number;
  readonly channels: number;
  readonly random: Random;
  /** Standard normal unless given. */
  readonly distribution?: 'normal' | 'uniform';
}

/** Draws a noise field. */
export function noiseField(options: NoiseFieldOptions): NoiseField {
  const { width, height, reduction, channels, random, distribution = 'normal' } = options;
  const columns = width / reduction;
  const count = columns * (height / reduction) * channels;
  const values = distribution === 'normal' ? random.normals(count) : random.uniforms(count);
  return {
    part(region) {
      const [x, y, partWidth, partHeight] = [region.x, region.y, region.width, region.height].map(
        (length) => length / reduction,
      ) as [number, number, number, number];
      const shape: [number, number, number, number] = [1, partHeight, partWidth, channels];
      if (partWidth === columns && partHeight * columns * channels === values.length) return tensor4d(values, shape);
      const part = new Float32Array(partHeight * partWidth * channels);
      for (let row = 0; row < partHeight; row++) {
        const start = ((y + row) * columns + x) * channels;
        part.set(values.subarray(start, start + partWidth * channels), row * partWidth * channels);
      }
      return tensor4d(part, shape);
    },
  };
}
