import type { Tensor } from '@tensorflow/tfjs-core';
import { FlowShapeError } from './errors.ts';

/** A shape without its batch axis: [height, width, channels] of an image, [dimensions] of a vector. */
export type Shape = readonly number[];

/** The shape of one sample of `batch`. */
export const sampleShape = (batch: Tensor): Shape => batch.shape.slice(1);

/** The size of the last axis, the one that channels or vector components lie on. */
export const channelsOf = (batch: Tensor): number => batch.shape[batch.rank - 1];

/** How many places of one sample carry a channel vector: height x width, or 1 for vectors. */
export const positionsOf = (batch: Tensor): number =>
  batch.shape.slice(1, -1).reduce((product, size) => product * size, 1);

/** Throws `FlowShapeError` unless `shape` is [`channels`] or [height, width, `channels`]. */
export function requireChannels(layer: string, shape: Shape, channels: number): Shape {
  const ranked = shape.length === 1 || shape.length === 3;
  if (!ranked || shape[shape.length - 1] !== channels) {
    throw new FlowShapeError({
      layer,
      got: shape,
      wanted: `[height, width, ${channels}] or [${channels}]`,
    });
  }
  return shape;
}

/** Throws `FlowShapeError` unless `shape` is [`dimensions`]. */
export function requireDimensions(layer: string, shape: Shape, dimensions: number): Shape {
  if (shape.length !== 1 || shape[0] !== dimensions) {
    throw new FlowShapeError({ layer, got: shape, wanted: `[${dimensions}]` });
  }
  return shape;
}
