import type { Random } from '@deflow/images';
import { add, neg, type Tensor, type Tensor1D, tensor } from '@tensorflow/tfjs-core';
import { isFeatures, requireContext } from '../context.ts';
import { defineLayer } from '../define-layer.ts';
import { FlowConfigurationError, FlowShapeError } from '../errors.ts';
import type { Context, FlowLayer } from '../flow-layer.ts';
import type { Shape } from '../shape.ts';
import { contractiveNetwork } from './contractive-network.ts';
import { solveFixedPoint } from './fixed-point.ts';
import { estimatedLogDeterminant, exactLogDeterminant, type TraceNoise } from './log-determinant.ts';

/**
 * The sizes of a `residualBlock` and how exactly its inverse is solved: 64 hidden channels, no context, slope 0.9, tolerance 1e-6
 * within 500 iterations, verified, unless given.
 */
export interface ResidualBlockOptions {
  /** Of the data, without the batch axis: [dimensions] or [height, width, channels]. Spectral norms depend on it. */
  readonly shape: Shape;
  readonly contextChannels?: number;
  readonly hiddenChannels?: number;
  /** Kernel sizes, first to last; 3, 1, 3 for images and three times 1 for vectors unless given. */
  readonly kernels?: readonly number[];
  /** The bound on the slope of g, below 1. */
  readonly lipschitz?: number;
  /** How far the inverse's last iteration may still move x, relative to its largest element or 1. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /**
   * Whether `inverse` reads from the device how far it got, to stop early and to throw. false makes it a pure function of
   * ceil(ln tolerance / ln lipschitz) iterations, for `compile`.
   */
  readonly verify?: boolean;
  readonly random: Random;
}

/** How many terms of the power series of the log-determinant are drawn: 6 for certain, then (1 - lipschitz^2) / 2 to stop, unless given. */
export interface TermsOptions {
  readonly random: Random;
  /** Terms of the power series that are always computed. */
  readonly certainTerms?: number;
  /** The probability to stop after each further term; the variance is finite for 1 - stop > lipschitz^2. */
  readonly stop?: number;
}

/** How the noise of the unbiased estimate of the log-determinant is drawn; one probe unless given. */
export interface TraceNoiseOptions extends TermsOptions {
  /** Independent probes to average over. */
  readonly draws?: number;
  /** How many terms, as `terms` drew it with the same options; drawn anew unless given. */
  readonly terms?: number;
}

/** A flow layer whose log-determinant may be estimated from noise. */
export interface ResidualBlock extends FlowLayer {
  /**
   * Noise for one unbiased estimate of ln|det| for `batch` samples. Pass `{ ...noise }`, or `{ ...noise, ...prepare(features) }`, as the
   * layer's context. Draws from `random`, so it stays outside of `compile`; dispose its tensors.
   */
  noise(batch: number, options: TraceNoiseOptions): { probes: Tensor; weights: Tensor };
  /**
   * The number of terms of one estimate, at random. Draw it once in every step for all blocks of a chain: each estimate stays
   * unbiased, and a compiled step sees as many shapes as there are numbers of terms, not one for each combination of them.
   */
  terms(options: TermsOptions): number;
  settle(iterations?: number): void;
}

/** What a residual block may be given in place of features. */
type BlockContext = { readonly hidden?: Tensor } & Partial<TraceNoise>;

/** Up to this many dimensions the determinant is computed exactly where no noise is given. */
const exactLimit = 256;

/**
 * An invertible residual block (Behrmann et al. 2019; Residual Flows, Chen et al. 2019) for data of one shape:
 *
 *     z = x + g(x),   |g(a) - g(b)| <= lipschitz |a - b|
 *     ln|det| = ln det(I + J) = sum over k of (-1)^(k+1) tr(J^k) / k
 *
 * g is a network of convolutions scaled to spectral norms of at most lipschitz^(1 / layers), with LipSwish between them. Call `settle`
 * in every training step, so that the norms follow the weights.
 *
 * Without noise ln|det| is exact, from the Jacobian: made for up to 256 dimensions (others throw `FlowConfigurationError`). With the
 * noise of `noise` in the context it is the unbiased estimate of the series by Hutchinson's traces and Russian roulette, a
 * deterministic function of the noise whose gradients, by automatic differentiation, are those of the estimate.
 *
 * The inverse is a fixed-point iteration; throws `FixedPointError` where it does not converge.
 */
export function residualBlock(options: ResidualBlockOptions): ResidualBlock {
  const kind = 'residualBlock';
  const { shape, contextChannels = 0, hiddenChannels = 64, lipschitz = 0.9, random } = options;
  const { tolerance = 1e-6, maxIterations = 500, verify = true } = options;
  const { kernels = shape.length === 3 ? [3, 1, 3] : [1, 1, 1] } = options;
  const vectors = shape.length === 1;
  if (
    !(vectors || shape.length === 3) ||
    kernels.length < 2 ||
    kernels.some((size) => size % 2 !== 1 || (vectors && size !== 1))
  ) {
    throw new FlowConfigurationError(`${kind}: kernels [${kernels}] over data of shape [${shape}].`, {
      remedy: 'Give two or more odd kernels, all 1 for vectors, and a shape [dimensions] or [height, width, channels].',
      value: { kernels, shape },
    });
  }
  if (!(lipschitz > 0 && lipschitz < 1 && tolerance > 0)) {
    throw new FlowConfigurationError(`${kind}: a slope within ${lipschitz}, solved to ${tolerance}.`, {
      remedy: 'Use a bound between 0 and 1, both excluded, and a tolerance above 0.',
      value: { lipschitz, tolerance },
    });
  }
  const network = contractiveNetwork({ shape, contextChannels, hiddenChannels, kernels, lipschitz, random });
  const enough = Math.ceil(Math.log(Math.min(tolerance, 0.1)) / Math.log(lipschitz));
  const size = shape.reduce((product, length) => product * length, 1);
  const require = (got: Shape): Shape => {
    if (`${got}` !== `${shape}`) throw new FlowShapeError({ layer: kind, got, wanted: `[${shape.join(', ')}]` });
    return got;
  };
  const read = (context?: Context): BlockContext => {
    if (context !== undefined && !isFeatures(context)) return context as BlockContext;
    return contextChannels > 0
      ? { hidden: network.ofFeatures(requireContext(kind, context, contextChannels) as Tensor) }
      : {};
  };
  const logDeterminant = (push: (v: Tensor) => Tensor, x: Tensor, { probes, weights }: BlockContext): Tensor1D => {
    if (probes && weights) return estimatedLogDeterminant(push, { probes, weights });
    if (size <= exactLimit) return exactLogDeterminant(push, x);
    throw new FlowConfigurationError(`${kind}: ${size} dimensions are too many for an exact log-determinant.`, {
      remedy: 'Pass the noise of an estimate: `layer.forward(x, layer.noise(batch, { random }))`.',
      value: size,
    });
  };
  const layer = defineLayer({
    kind,
    parameters: network.parameters,
    latentShape: require,
    dataShape: require,
    forward(x, context) {
      const given = read(context);
      const { value, push } = network.linearise(x, given.hidden);
      return { z: add(x, value), logDet: logDeterminant(push, x, given) };
    },
    inverse(z, context) {
      const given = read(context);
      const x = solveFixedPoint(network, z, given.hidden, { tolerance, maxIterations, enough, verify });
      const { push } = network.linearise(x, given.hidden);
      return { x, logDet: neg(logDeterminant(push, x, given)) };
    },
    ...(contextChannels > 0 && { prepare: (features: Tensor) => ({ hidden: read(features).hidden! }) }),
  });
  const defaultStop = (1 - lipschitz ** 2) / 2;
  const terms = ({ random, certainTerms = 6, stop = defaultStop }: TermsOptions): number => {
    let count = certainTerms;
    while (random.uniform() >= stop) count++;
    return count;
  };
  return {
    ...layer,
    settle: (iterations = 1) => network.settle(iterations),
    terms,
    noise(
      batch,
      { random, draws = 1, certainTerms = 6, stop = defaultStop, terms: count = terms({ random, certainTerms, stop }) },
    ) {
      const weights = Array.from({ length: count }, (_, i) => {
        const reached = (1 - stop) ** Math.max(0, i + 1 - certainTerms);
        return (i % 2 === 0 ? 1 : -1) / ((i + 1) * reached);
      });
      const signs = Float32Array.from({ length: draws * batch * size }, () => (random.uniform() < 0.5 ? -1 : 1));
      return { probes: tensor(signs, [draws, batch, ...shape]), weights: tensor(weights) };
    },
  };
}
