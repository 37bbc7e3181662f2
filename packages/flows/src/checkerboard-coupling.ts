import { type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import { type BoundedScale, outputsFor } from './bounded-scale.ts';
import { type Colour, joinColours, pixelsOf } from './checkerboard.ts';
import type { CouplingNetwork } from './coupling-network.ts';
import { defineLayer } from './define-layer.ts';
import { FlowShapeError } from './errors.ts';
import type { FlowLayer } from './flow-layer.ts';
import { requireNetwork } from './require-network.ts';
import type { Shape } from './shape.ts';

/** What `checkerboardCoupling` is made of; it keeps colour 0 unless told otherwise. */
export interface CheckerboardCouplingOptions {
  readonly channels: number;
  /** Features that it is conditioned on; 0 makes it unconditional. */
  readonly contextChannels?: number;
  /** Sees whole images in which the changed pixels are 0, and gives the numbers that `scale` needs for every pixel. */
  readonly network: CouplingNetwork;
  /** `boundedScale...` or `rationalQuadratic()`. */
  readonly scale: BoundedScale;
  /** The colour that stays, (row + column) modulo 2. Alternate it from layer to layer. */
  readonly keeps?: Colour;
}

/**
 * The coupling with a checkerboard mask (RealNVP, Dinh et al. 2017, equation 9): with the mask b = 1 where (row + column) modulo 2 is
 * `keeps`, 0 elsewhere,
 *
 *     z = b x + (1 - b) scale(x; network([b x | context]))        ln|det| that of `scale` over the changed pixels
 *
 * Images of even sizes only; others throw `FlowShapeError`.
 */
export function checkerboardCoupling(options: CheckerboardCouplingOptions): FlowLayer {
  const kind = 'checkerboardCoupling';
  const { channels, contextChannels = 0, network, scale, keeps = 0 } = options;
  requireNetwork(kind, network, {
    inputChannels: channels,
    contextChannels,
    outputChannels: outputsFor(scale, channels),
  });
  const require = (shape: Shape): Shape => {
    const [height, width, last] = shape;
    if (shape.length !== 3 || height % 2 !== 0 || width % 2 !== 0 || last !== channels) {
      const wanted = `[height, width, ${channels}] with even height and width`;
      throw new FlowShapeError({ layer: kind, got: shape, wanted });
    }
    return shape;
  };
  const changes: Colour = keeps === 0 ? 1 : 0;
  const joined = (kept: Tensor, changed: Tensor) =>
    keeps === 0 ? joinColours(kept, changed) : joinColours(changed, kept);
  const read = (x: Tensor) => {
    const [kept, changed] = [pixelsOf(keeps, x), pixelsOf(changes, x)];
    return { kept, changed, seen: joined(kept, zerosLike(changed)) };
  };
  return defineLayer({
    kind,
    parameters: network.parameters,
    latentShape: require,
    dataShape: require,
    forward(x, context) {
      const { kept, changed, seen } = read(x);
      const { z, logDet } = scale.forward(changed, pixelsOf(changes, network.apply(seen, context)));
      return { z: joined(kept, z), logDet };
    },
    inverse(z, context) {
      const { kept, changed, seen } = read(z);
      const { x, logDet } = scale.inverse(changed, pixelsOf(changes, network.apply(seen, context)));
      return { x: joined(kept, x), logDet };
    },
    ...(contextChannels > 0 && { prepare: network.prepare }),
    initialize: (x, context) => network.initialize(read(x).seen, context),
  });
}
