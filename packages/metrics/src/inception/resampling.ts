import { inceptionSide } from './layers.ts';

/**
 * How pictures become 299 x 299: `pytorch` (pytorch-fid: bilinear between the centres of samples), `tensorflow` (the first
 * code of FID: bilinear, TensorFlow 1, from the corners), both without antialiasing, so that most of a large picture is not
 * looked at; `clean` (clean-fid: Pillow's bicubic with antialiasing). Numbers of different ones do not compare.
 */
export type InceptionConvention = 'pytorch' | 'tensorflow' | 'clean';

export const inceptionConventions: readonly InceptionConvention[] = ['pytorch', 'tensorflow', 'clean'];

/** What a sample of the resized row is made of: `weights[i]` times sample `first + i`. */
export interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** The taps of all 299 samples of a row of `length`. */
export const tapsOf = (convention: InceptionConvention, length: number): Taps[] =>
  Array.from({ length: inceptionSide }, (_, i) => {
    const scale = length / inceptionSide;
    if (convention === 'clean') return bicubic((i + 0.5) * scale, Math.max(scale, 1), length);
    return bilinear(convention === 'pytorch' ? Math.max((i + 0.5) * scale - 0.5, 0) : i * scale, length);
  });

function bilinear(position: number, length: number): Taps {
  const first = Math.min(Math.floor(position), length - 1);
  const share = position - first;
  return first === length - 1 ? { first, weights: [1] } : { first, weights: [1 - share, share] };
}

/** Keys' cubic with a = -1/2, made `stretch` times as wide; what lies outside of the row is left out. */
function bicubic(centre: number, stretch: number, length: number): Taps {
  const first = Math.max(Math.floor(centre - 2 * stretch + 0.5), 0);
  const end = Math.min(Math.floor(centre + 2 * stretch + 0.5), length);
  const values = Array.from({ length: end - first }, (_, i) => cubic((first + i + 0.5 - centre) / stretch));
  const total = values.reduce((sum, value) => sum + value, 0);
  return { first, weights: values.map((value) => value / total) };
}

function cubic(distance: number): number {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}
