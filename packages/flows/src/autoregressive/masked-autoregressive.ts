import { zerosLike } from '@tensorflow/tfjs-core';
import type { BoundedScale } from '../bounded-scale.ts';
import { defineLayer } from '../define-layer.ts';
import { FlowConfigurationError } from '../errors.ts';
import type { FlowLayer } from '../flow-layer.ts';
import { requireDimensions } from '../shape.ts';
import type { MaskedNetwork } from './masked-network.ts';

/** What `maskedAutoregressive` is made of. The network must give as many numbers for each dimension as the scale takes, in its layout. */
export interface MaskedAutoregressiveOptions {
  readonly network: MaskedNetwork;
  /** The elementwise map, such as `boundedScale.softClip()` or `rationalQuadratic()`. */
  readonly scale: BoundedScale;
}

/**
 * The masked autoregressive layer (MAF, Papamakarios et al. 2017) on vectors:
 *
 *     z_i = scale(x_i; network(x_1 ... x_i-1, context))        ln|det| = that of the scale
 *
 * `forward` runs the network once, `inverse` once for each dimension; `inverted` swaps them (IAF).
 * Throws `FlowConfigurationError` when network and scale do not fit.
 */
export function maskedAutoregressive({ network, scale }: MaskedAutoregressiveOptions): FlowLayer {
  const kind = 'maskedAutoregressive';
  const { dimensions, contextChannels } = network;
  const { outputsPerChannel = 2, layout = 'grouped' } = scale;
  if (network.outputsPerDimension !== outputsPerChannel || network.layout !== layout) {
    throw new FlowConfigurationError(
      `${kind}: its network gives ${network.outputsPerDimension} ${network.layout} numbers for each dimension.`,
      {
        remedy: `Build the network with outputsPerDimension ${outputsPerChannel} and layout '${layout}'.`,
        value: network,
      },
    );
  }
  return defineLayer({
    kind,
    parameters: network.parameters,
    latentShape: (shape) => requireDimensions(kind, shape, dimensions),
    dataShape: (shape) => requireDimensions(kind, shape, dimensions),
    forward: (x, context) => scale.forward(x, network.apply(x, context)),
    inverse(z, context) {
      let result = scale.inverse(z, network.apply(zerosLike(z), context));
      for (let known = 1; known < dimensions; known++) {
        result = scale.inverse(z, network.apply(result.x, context));
      }
      return result;
    },
    ...(contextChannels > 0 && { prepare: network.prepare }),
  });
}
