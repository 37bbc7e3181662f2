import { type CouplingOptions, coupling } from './coupling.ts';
import type { FlowLayer } from './flow-layer.ts';
import { type RationalQuadraticOptions, rationalQuadratic } from './spline/rational-quadratic.ts';

/** What `splineCoupling` is made of: what all couplings are, and the shape of the spline. */
export interface SplineCouplingOptions extends CouplingOptions, RationalQuadraticOptions {}

/** Numbers that the network of a `splineCoupling` gives for each channel that it changes. */
export const splineOutputs = (options: RationalQuadraticOptions = {}): number =>
  rationalQuadratic(options).outputsPerChannel!;

/**
 * The rational-quadratic spline coupling (Neural Spline Flows, Durkan et al. 2019): z1 = x1, z2 = spline(x2; network([x1 | context])).
 * The network gives `splineOutputs` numbers for each of the channels - floor(channels / 2) changed ones. Data should be standardised
 * or `affine` be set: beyond +-bound a spline is the identity.
 */
export const splineCoupling = ({
  bins,
  bound,
  affine,
  parametrisation,
  ...options
}: SplineCouplingOptions): FlowLayer =>
  coupling('splineCoupling', options, rationalQuadratic({ bins, bound, affine, parametrisation }));
