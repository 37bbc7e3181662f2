import type { Tensor } from '@tensorflow/tfjs-core';
import { type BoundedScale, outputsFor } from './bounded-scale.ts';
import { isFeatures, requireContext } from './context.ts';
import type { CouplingNetwork } from './coupling-network.ts';
import { defineLayer } from './define-layer.ts';
import type { Context, FlowLayer } from './flow-layer.ts';
import { inFloat32 } from './in-float32.ts';
import { tensorsIn, watchedBy } from './memory/reverse-layer.ts';
import { reverseScale } from './memory/reverse-scale.ts';
import { requireNetwork } from './require-network.ts';
import { requireChannels } from './shape.ts';

/** What `affineInjector` is made of: channels of the data, channels of the features, and what maps the one by the other. */
export interface AffineInjectorOptions {
  readonly channels: number;
  readonly contextChannels: number;
  /** Sees the context only; gives shift and scale of all channels. */
  readonly network: CouplingNetwork;
  readonly scale: BoundedScale;
}

/** What `prepare` gives. */
type Prepared = { readonly output: Tensor };

const isOutput = (context: Context): context is Prepared => !isFeatures(context) && 'output' in context;

/**
 * The affine injector (SRFlow, Lugmayr et al. 2020): the context alone scales and shifts every element.
 *
 *     z = scale(x; network(context))        ln|det| = that of the scale
 *
 * `prepare` runs the whole network. Throws `FlowConfigurationError` when the network does not fit, `FlowContextError` without a
 * context.
 */
export function affineInjector({ channels, contextChannels, network, scale }: AffineInjectorOptions): FlowLayer {
  const kind = 'affineInjector';
  requireNetwork(kind, network, { inputChannels: 0, contextChannels, outputChannels: outputsFor(scale, channels) });
  const outputFor = (context: Context | undefined, after?: Tensor): Tensor => {
    const given = requireContext(kind, context, contextChannels);
    return isOutput(given) ? given.output : inFloat32(network.apply(undefined, given, after));
  };
  return defineLayer({
    kind,
    parameters: network.parameters,
    latentShape: (shape) => requireChannels(kind, shape, channels),
    dataShape: (shape) => requireChannels(kind, shape, channels),
    forward: (x, context) => scale.forward(x, outputFor(context, x)),
    inverse: (z, context) => scale.inverse(z, outputFor(context, z)),
    reverse: (z, incoming, context) =>
      reverseScale(scale, { apply: () => outputFor(context, z), inputs: watchedBy(network, context) }, z, incoming),
    prepare: (features) => ({ output: outputFor(features, tensorsIn(features)[0]) }),
    initialize: (_, context) => network.initialize(undefined, context),
  });
}
