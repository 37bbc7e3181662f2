import type { Random } from '@deflow/images';
import { cast, oneHot, type Tensor1D, type Tensor2D, transpose, zeros } from '@tensorflow/tfjs-core';
import { defineLayer } from './define-layer.ts';
import { FlowConfigurationError } from './errors.ts';
import type { FlowLayer } from './flow-layer.ts';
import { mixChannels } from './mix-channels.ts';
import { parameter } from './parameter.ts';
import { requireChannels } from './shape.ts';

/** What `permutation` is made of. */
export interface PermutationOptions {
  /** z[..., i] = x[..., order[i]]: every index below the number of channels once. */
  readonly order: readonly number[];
  /** The layer's name in errors and printed trees. */
  readonly kind?: string;
}

/**
 * A fixed order of the channels: z[..., i] = x[..., order[i]], ln|det| = 0. The order is a buffer, saved and loaded with the
 * parameters. Accepts images and vectors. Throws `FlowConfigurationError` unless `order` is a permutation.
 */
export function permutation({ order, kind = 'permutation' }: PermutationOptions): FlowLayer {
  const channels = order.length;
  if (order.toSorted((a, b) => a - b).some((index, i) => index !== i) || channels === 0) {
    throw new FlowConfigurationError(`${kind}: [${order}] is no order of ${channels} channels.`, {
      remedy: 'Give every index from 0 on once.',
      value: order,
    });
  }
  const buffer = parameter([channels], order, { trainable: false });
  const matrix = () => cast(oneHot(cast(buffer, 'int32') as Tensor1D, channels), 'float32') as Tensor2D;
  return defineLayer({
    kind,
    parameters: { order: buffer },
    latentShape: (shape) => requireChannels(kind, shape, channels),
    dataShape: (shape) => requireChannels(kind, shape, channels),
    forward: (x) => ({ z: mixChannels(x, matrix()), logDet: zeros([x.shape[0]]) }),
    inverse: (z) => ({ x: mixChannels(z, transpose(matrix())), logDet: zeros([z.shape[0]]) }),
  });
}

const upTo = (channels: number) => Array.from({ length: channels }, (_, i) => i);

/** The channels from last to first: what makes the next coupling change the other half. */
export const reverseChannels = ({ channels }: { readonly channels: number }): FlowLayer =>
  permutation({ order: upTo(channels).reverse(), kind: 'reverseChannels' });

/** The channels in a random order. */
export const shuffleChannels = ({
  channels,
  random,
}: {
  readonly channels: number;
  readonly random: Random;
}): FlowLayer => permutation({ order: random.shuffle(upTo(channels)), kind: 'shuffleChannels' });
