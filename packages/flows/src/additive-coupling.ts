import { add, sub, zeros } from '@tensorflow/tfjs-core';
import type { BoundedScale } from './bounded-scale.ts';
import { type CouplingOptions, coupling } from './coupling.ts';
import type { FlowLayer } from './flow-layer.ts';

const shift: BoundedScale = {
  kind: 'shift',
  outputsPerChannel: 1,
  layout: 'grouped',
  forward: (x, networkOutput) => ({ z: add(x, networkOutput), logDet: zeros([x.shape[0]]) }),
  inverse: (z, networkOutput) => ({ x: sub(z, networkOutput), logDet: zeros([z.shape[0]]) }),
};

/**
 * The additive coupling (NICE, Dinh et al. 2015), which keeps volumes:
 *
 *     [x1 | x2] = x,   z1 = x1,   z2 = x2 + network([x1 | context])        ln|det| = 0
 *
 * x1 are the first floor(channels / 2) channels; the network gives one channel for each of the others.
 */
export const additiveCoupling = (options: CouplingOptions): FlowLayer => coupling('additiveCoupling', options, shift);
