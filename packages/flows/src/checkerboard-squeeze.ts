import { concat, reshape, split, zeros } from '@tensorflow/tfjs-core';
import { joinColours, pixelsOf } from './checkerboard.ts';
import { defineLayer } from './define-layer.ts';
import type { FlowLayer } from './flow-layer.ts';
import { sampleShape } from './shape.ts';
import { squeezedShape, unsqueezedShape } from './squeeze.ts';

/**
 * A squeeze whose channel halves are the two colours of a checkerboard (i-RevNet, Jacobsen et al. 2018): behind it an ordinary
 * coupling changes the black pixels given the white ones.
 *
 *     z[y, x] = [x[2y, 2x] | x[2y+1, 2x+1] | x[2y, 2x+1] | x[2y+1, 2x]]        ln|det| = 0
 *
 * Each part has all channels of a pixel. Images only. Throws `FlowShapeError` for odd sizes.
 */
export function checkerboardSqueeze(): FlowLayer {
  const kind = 'checkerboardSqueeze';
  return defineLayer({
    kind,
    parameters: {},
    latentShape: (shape) => squeezedShape(kind, shape),
    dataShape: (shape) => unsqueezedShape(kind, shape),
    forward(x) {
      const [height, width, channels] = squeezedShape(kind, sampleShape(x));
      // Rows 2y and 2y + 1 of one colour lie one after the other: as columns of one row they are the pairs wanted.
      const parts = ([0, 1] as const).flatMap((colour) =>
        split(reshape(pixelsOf(colour, x), [-1, 2, width, channels / 4]), 2, 1),
      );
      return { z: reshape(concat(parts, 3), [-1, height, width, channels]), logDet: zeros([x.shape[0]]) };
    },
    inverse(z) {
      const [height, width, channels] = unsqueezedShape(kind, sampleShape(z));
      const [batch, rows, columns] = z.shape;
      const parts = split(reshape(z, [batch * rows, 1, columns, 4 * channels]), 4, 3);
      const colour = (first: number) =>
        reshape(concat([parts[first], parts[first + 1]], 1), [batch, height, width / 2, channels]);
      return { x: joinColours(colour(0), colour(2)), logDet: zeros([batch]) };
    },
  });
}
