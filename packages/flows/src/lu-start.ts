import type { Random } from '@deflow/images';
import { type Factorisation, factorise, orthonormalise } from './host-matrix.ts';

/** Where an invertible 1x1 convolution starts: a random rotation, the identity, or a roll of the channels by half of them. */
export type LuStart = 'rotation' | 'identity' | 'roll';

/** The factors of a start, in float64. */
export function luStart(channels: number, start: LuStart, random?: Random): Factorisation {
  const indices = Array.from({ length: channels }, (_, i) => i);
  const unit = (order: readonly number[]) => order.map((one) => indices.map((j) => (j === one ? 1 : 0)));
  if (start === 'identity') return factorise(unit(indices));
  if (start === 'roll') return factorise(unit(indices.map((i) => (i + Math.floor(channels / 2)) % channels)));
  const normal = random?.normals(channels * channels) ?? [];
  return factorise(orthonormalise(indices.map((i) => indices.map((j) => normal[i * channels + j]))));
}
