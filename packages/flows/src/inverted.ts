import { defineLayer } from './define-layer.ts';
import type { FlowLayer } from './flow-layer.ts';

/**
 * The same map run backwards: its `forward` is the layer's `inverse`. Turns a masked autoregressive layer, fast at scoring, into an
 * inverse autoregressive one (IAF, Kingma et al. 2016), fast at sampling. Its data-dependent start is the
 * layer's `initializeInverse`, where there is one.
 */
export const inverted = (layer: FlowLayer): FlowLayer =>
  defineLayer({
    kind: `inverted(${layer.kind})`,
    parameters: layer.parameters,
    latentShape: layer.dataShape,
    dataShape: layer.latentShape,
    forward(x, context) {
      const { x: z, logDet } = layer.inverse(x, context);
      return { z, logDet };
    },
    inverse(z, context) {
      const { z: x, logDet } = layer.forward(z, context);
      return { x, logDet };
    },
    ...(layer.initializeInverse && { initialize: layer.initializeInverse }),
    ...(layer.initialize && { initializeInverse: layer.initialize }),
    ...(layer.prepare && { prepare: layer.prepare }),
    ...(layer.settle && { settle: layer.settle }),
  });
