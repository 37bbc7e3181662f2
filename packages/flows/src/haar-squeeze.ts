import { matrixProduct } from '@deflow/images/tensors';
import { reshape, type Tensor, tensor2d, transpose } from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import type { FlowLayer } from './flow-layer.ts';
import { channelsOf } from './shape.ts';
import { squeeze, squeezedShape, unsqueezedShape } from './squeeze.ts';

/** The order of the channels that `haarSqueeze` gives; `channels` unless given. */
export interface HaarSqueezeOptions {
  /**
   * `channels`: the four bands of the first channel, then those of the next. `bands`: the averages of all channels, then all
   * differences along columns, along rows and diagonal ones; the first quarter is then the image at half the size.
   */
  readonly order?: 'channels' | 'bands';
}

const halves = [
  [0.5, 0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5, -0.5],
  [0.5, 0.5, -0.5, -0.5],
  [0.5, -0.5, -0.5, 0.5],
];

/**
 * The Haar wavelet transform as a squeeze (Ardizzone et al. 2019): of each 2 x 2 block and channel with pixels a b / c d
 *
 *     (a + b + c + d) / 2,   (a - b + c - d) / 2,   (a + b - c - d) / 2,   (a - b - c + d) / 2        ln|det| = 0
 *
 * Orthonormal, and its own inverse on a block. Images only. Throws `FlowShapeError` for odd sizes.
 */
export function haarSqueeze({ order = 'channels' }: HaarSqueezeOptions = {}): FlowLayer {
  const kind = 'haarSqueeze';
  const blocks = squeeze();
  const transform = (x: Tensor): Tensor => reshape(matrixProduct(reshape(x, [-1, 4]), tensor2d(halves)), x.shape);
  /** [.., rows x columns] of the last axis to [.., columns x rows]. */
  const turned = (x: Tensor, rows: number): Tensor => {
    if (order === 'channels') return x;
    const size = channelsOf(x);
    return reshape(transpose(reshape(x, [-1, rows, size / rows]), [0, 2, 1]), x.shape);
  };
  return defineLayer({
    kind,
    parameters: {},
    latentShape: (shape) => squeezedShape(kind, shape),
    dataShape: (shape) => unsqueezedShape(kind, shape),
    forward(x) {
      const { z, logDet } = blocks.forward(x);
      return { z: turned(transform(z), channelsOf(z) / 4), logDet };
    },
    inverse(z) {
      return blocks.inverse(transform(turned(z, 4)));
    },
  });
}
