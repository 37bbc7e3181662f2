import { add, concat, split, type Tensor } from '@tensorflow/tfjs-core';
import { type BoundedScale, outputsFor } from './bounded-scale.ts';
import type { CouplingNetwork } from './coupling-network.ts';
import { defineLayer } from './define-layer.ts';
import type { Context, FlowLayer } from './flow-layer.ts';
import { inFloat32 } from './in-float32.ts';
import { watchedBy } from './memory/reverse-layer.ts';
import { reverseScale } from './memory/reverse-scale.ts';
import { requireNetwork } from './require-network.ts';
import { requireChannels } from './shape.ts';

/** What all couplings are made of. `channels` counts those of the data, 2 or more. */
export interface CouplingOptions {
  readonly channels: number;
  /** Features that it is conditioned on; 0 makes it unconditional. */
  readonly contextChannels?: number;
  /** Sees floor(channels / 2) channels and the context; gives the numbers that `scale` needs for the others. */
  readonly network: CouplingNetwork;
}

/**
 * What all couplings are: [x1 | x2] = x, z1 = x1, z2 = scale(x2; network([x1 | context])), with ln|det| that of the elementwise map
 * `scale`. x1 are the first floor(channels / 2) channels.
 */
export function coupling(
  kind: string,
  { channels, contextChannels = 0, network }: CouplingOptions,
  scale: BoundedScale,
): FlowLayer {
  const kept = Math.floor(channels / 2);
  const changed = channels - kept;
  requireNetwork(kind, network, { inputChannels: kept, contextChannels, outputChannels: outputsFor(scale, changed) });
  const numbers = (x1: Tensor, context: Context | undefined) => inFloat32(network.apply(inFloat32(x1), context));
  return defineLayer({
    kind,
    parameters: network.parameters,
    latentShape: (shape) => requireChannels(kind, shape, channels),
    dataShape: (shape) => requireChannels(kind, shape, channels),
    forward(x, context) {
      const [x1, x2] = split(x, [kept, changed], -1);
      const { z: z2, logDet } = scale.forward(x2, numbers(x1, context));
      return { z: concat([x1, z2], -1), logDet };
    },
    inverse(z, context) {
      const [z1, z2] = split(z, [kept, changed], -1);
      const { x: x2, logDet } = scale.inverse(z2, numbers(z1, context));
      return { x: concat([z1, x2], -1), logDet };
    },
    reverse(z, { dz, dLogDet }, context) {
      const [z1, z2] = split(z, [kept, changed], -1);
      const [dz1, dz2] = split(dz, [kept, changed], -1);
      const run = { apply: () => numbers(z1, context), inputs: [z1, ...watchedBy(network, context)] };
      const { x: x2, dx: dx2, gradients } = reverseScale(scale, run, z2, { dz: dz2, dLogDet });
      const [throughNetwork, ...own] = gradients;
      return { x: concat([z1, x2], -1), dx: concat([add(dz1, throughNetwork), dx2], -1), gradients: own };
    },
    ...(contextChannels > 0 && { prepare: network.prepare }),
    initialize: (x, context) => network.initialize(split(x, [kept, changed], -1)[0], context),
  });
}
