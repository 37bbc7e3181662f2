import { reshape, type Tensor, transpose, zeros } from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import { FlowShapeError } from './errors.ts';
import type { FlowLayer } from './flow-layer.ts';
import { type Shape, sampleShape } from './shape.ts';

const kind = 'squeeze';

function latentShape(shape: Shape): Shape {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || height % 2 !== 0 || width % 2 !== 0) {
    throw new FlowShapeError({
      layer: kind,
      got: shape,
      wanted: '[height, width, channels] with even height and width',
    });
  }
  return [height / 2, width / 2, 4 * channels];
}

function dataShape(shape: Shape): Shape {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || channels % 4 !== 0) {
    throw new FlowShapeError({ layer: kind, got: shape, wanted: '[height, width, channels] with channels in fours' });
  }
  return [2 * height, 2 * width, channels / 4];
}

/**
 * 2x2 space to depth (RealNVP, Dinh et al. 2017): each 2x2 block becomes one position with four times the channels.
 *
 *     z[y, x, 4c + 2dy + dx] = x[2y + dy, 2x + dx, c]        ln|det| = 0
 *
 * Images only. Throws `FlowShapeError` for odd sizes.
 */
export function squeeze(): FlowLayer {
  return defineLayer({
    kind,
    parameters: {},
    latentShape,
    dataShape,
    forward(x) {
      const [height, width, channels] = latentShape(sampleShape(x));
      const blocks = reshape(x, [-1, height, 2, width, 2, channels / 4]);
      return { z: depthFirst(blocks, [0, 1, 3, 5, 2, 4], [height, width, channels]), logDet: zeros([x.shape[0]]) };
    },
    inverse(z) {
      const [height, width, channels] = dataShape(sampleShape(z));
      const blocks = reshape(z, [-1, height / 2, width / 2, channels, 2, 2]);
      return { x: depthFirst(blocks, [0, 1, 4, 2, 5, 3], [height, width, channels]), logDet: zeros([z.shape[0]]) };
    },
  });
}

const depthFirst = (blocks: Tensor, order: number[], shape: Shape): Tensor =>
  reshape(transpose(blocks, order), [-1, ...shape]);
