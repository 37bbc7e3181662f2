import { neg, type Tensor } from '@tensorflow/tfjs-core';
import { defineLayer } from '../define-layer.ts';
import { FlowShapeError } from '../errors.ts';
import type { FlowLayer } from '../flow-layer.ts';
import { sumPerSample } from '../per-sample.ts';
import type { Shape } from '../shape.ts';

interface Formulas {
  /** z of each element. */
  forward(x: Tensor): Tensor;
  /** x of each element. */
  inverse(z: Tensor): Tensor;
  /** ln |dz/dx| of each element, at x. */
  logSlope(x: Tensor): Tensor;
}

/** A layer without parameters that does the same to each number of [dimensions] or [height, width, channels]. */
export function elementwise(kind: string, { forward, inverse, logSlope }: Formulas): FlowLayer {
  const require = (shape: Shape): Shape => {
    if (shape.length !== 1 && shape.length !== 3) {
      throw new FlowShapeError({ layer: kind, got: shape, wanted: '[height, width, channels] or [dimensions]' });
    }
    return shape;
  };
  return defineLayer({
    kind,
    parameters: {},
    latentShape: require,
    dataShape: require,
    forward: (x) => ({ z: forward(x), logDet: sumPerSample(logSlope(x)) }),
    inverse(z) {
      const x = inverse(z);
      return { x, logDet: neg(sumPerSample(logSlope(x))) };
    },
  });
}
