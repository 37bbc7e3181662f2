import type { BoundedScale } from './bounded-scale.ts';
import { type CouplingOptions, coupling } from './coupling.ts';
import type { FlowLayer } from './flow-layer.ts';

/** What `affineCoupling` is made of, beside what all couplings are. */
export interface AffineCouplingOptions extends CouplingOptions {
  /** How the network's output, 2 channels for each changed one unless it says otherwise, shifts and scales them. */
  readonly scale: BoundedScale;
}

/**
 * The affine coupling (RealNVP, Dinh et al. 2017), conditional when the network sees a context (SRFlow, Lugmayr et al. 2020):
 *
 *     [x1 | x2] = x,   z1 = x1,   z2 = scale(x2; network([x1 | context]))        ln|det| = that of the scale
 *
 * x1 are the first floor(channels / 2) channels. Accepts images and vectors, as far as the network does.
 * Throws `FlowConfigurationError` when the network does not fit, `FlowContextError` without the context that it needs.
 */
export const affineCoupling = ({ scale, ...options }: AffineCouplingOptions): FlowLayer =>
  coupling('affineCoupling', options, scale);
