import { reshape, type Tensor, transpose, zeros } from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import { FlowConfigurationError, FlowShapeError } from './errors.ts';
import type { FlowLayer } from './flow-layer.ts';
import { type Shape, sampleShape } from './shape.ts';

/** How `squeeze` cuts images into blocks; 2 x 2 unless given. */
export interface SqueezeOptions {
  /** Side of the blocks. */
  readonly factor?: number;
}

/** The shape behind a squeeze by `factor`. Throws `FlowShapeError` unless the sizes are multiples of it. */
export function squeezedShape(kind: string, shape: Shape, factor = 2): Shape {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || height % factor !== 0 || width % factor !== 0) {
    const sizes = factor === 2 ? 'even height and width' : `height and width in multiples of ${factor}`;
    throw new FlowShapeError({ layer: kind, got: shape, wanted: `[height, width, channels] with ${sizes}` });
  }
  return [height / factor, width / factor, factor ** 2 * channels];
}

/** The shape before a squeeze by `factor`. Throws `FlowShapeError` unless the channels are multiples of its square. */
export function unsqueezedShape(kind: string, shape: Shape, factor = 2): Shape {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || channels % factor ** 2 !== 0) {
    const counts = factor === 2 ? 'channels in fours' : `channels in multiples of ${factor ** 2}`;
    throw new FlowShapeError({ layer: kind, got: shape, wanted: `[height, width, channels] with ${counts}` });
  }
  return [factor * height, factor * width, channels / factor ** 2];
}

/**
 * Space to depth (RealNVP, Dinh et al. 2017): each block of n x n pixels, 2 x 2 unless said, becomes one position with n^2 times the
 * channels.
 *
 *     z[y, x, n^2 c + n dy + dx] = x[n y + dy, n x + dx, c]        ln|det| = 0
 *
 * Images only. Throws `FlowShapeError` for sizes that are no multiples of n, `FlowConfigurationError` for a factor below 2.
 */
export function squeeze({ factor = 2 }: SqueezeOptions = {}): FlowLayer {
  const kind = 'squeeze';
  if (!(Number.isInteger(factor) && factor > 1)) {
    throw new FlowConfigurationError(`${kind}: there are no blocks of ${factor} x ${factor}.`, {
      remedy: 'Use a whole number above 1.',
      value: factor,
    });
  }
  const latentShape = (shape: Shape) => squeezedShape(kind, shape, factor);
  const dataShape = (shape: Shape) => unsqueezedShape(kind, shape, factor);
  return defineLayer({
    kind,
    parameters: {},
    latentShape,
    dataShape,
    forward(x) {
      const [height, width, channels] = latentShape(sampleShape(x));
      const blocks = reshape(x, [-1, height, factor, width, factor, channels / factor ** 2]);
      return { z: depthFirst(blocks, [0, 1, 3, 5, 2, 4], [height, width, channels]), logDet: zeros([x.shape[0]]) };
    },
    inverse(z) {
      const [height, width, channels] = dataShape(sampleShape(z));
      const blocks = reshape(z, [-1, height / factor, width / factor, channels, factor, factor]);
      return { x: depthFirst(blocks, [0, 1, 4, 2, 5, 3], [height, width, channels]), logDet: zeros([z.shape[0]]) };
    },
  });
}

const depthFirst = (blocks: Tensor, order: number[], shape: Shape): Tensor =>
  reshape(transpose(blocks, order), [-1, ...shape]);
