import type { Random } from '@deflow/images';
import type { ParameterTree } from '@deflow/nn';
import { add, addN, type Scalar, sub, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import type { Base } from './bases/base.ts';
import { standardNormal } from './bases/standard-normal-base.ts';
import { isFeatures } from './context.ts';
import { tidied } from './define-layer.ts';
import { FlowConfigurationError, FlowShapeError } from './errors.ts';
import type { Context, FlowLayer } from './flow-layer.ts';
import type { MultiScaleFlow } from './multi-scale.ts';
import type { Shape } from './shape.ts';

/** What a flow is made of. */
export interface CreateFlowOptions {
  /** The invertible map, data to latents. */
  readonly layer: FlowLayer | MultiScaleFlow;
  /** Of the data, without the batch axis. */
  readonly shape: Shape;
  /** The density of the latent, or of each latent of a multi-scale flow; standard normal unless given. */
  readonly base?: Base | readonly Base[];
}

/** `random` or `noise` is needed. */
export interface SampleOptions {
  /** Where noise comes from. */
  readonly random?: Random;
  /** The noise itself, as `FlowDistribution.noise` gives it: then the call is a pure function and may be compiled. */
  readonly noise?: readonly Tensor[];
  /** See `FromNoiseOptions`; 1 unless given. */
  readonly temperature?: number | Scalar;
  /** See `NoiseOptions`. */
  readonly truncation?: number;
}

/** The density over data that a flow and its context define. */
export interface FlowDistribution {
  /** ln p of each sample, in nats: [batch, ...shape] to [batch]. */
  logProb(x: Tensor): Tensor1D;
  /** `count` samples [count, ...shape]. A context must have one row for each. */
  sample(count: number, options: SampleOptions): Tensor;
  /** Samples and their ln p [count] (at temperature 1) for the price of one pass. */
  sampleWithLogProb(count: number, options: SampleOptions): { x: Tensor; logProb: Tensor1D };
  /** The noise for `count` samples, one tensor per latent. */
  noise(count: number, options: Pick<SampleOptions, 'truncation'> & { readonly random: Random }): Tensor[];
  /** The latents of `x`, one tensor for each base. */
  encode(x: Tensor): Tensor[];
  /** The data of latents. */
  decode(latents: readonly Tensor[]): Tensor;
}

/**
 * A flow with its base. `flow()` is its distribution, `flow(context)` the distribution given a context: features, what `prepare` made
 * of them, or for a multi-scale flow one of these per level. Bases see `baseContext`, by default the same features.
 */
export interface Flow {
  (context?: Context | readonly Context[], baseContext?: Tensor): FlowDistribution;
  readonly layer: FlowLayer | MultiScaleFlow;
  readonly bases: readonly Base[];
  readonly shape: Shape;
  /** `layer` and `bases.0`, `bases.1`, ... */
  readonly parameters: ParameterTree;
  /** Data-dependent start of the layers. Called once, eagerly, before training. */
  initialize(x: Tensor, context?: Context | readonly Context[]): void;
}

/**
 * Puts an invertible map and a base density together: ln p(x) = sum of ln base(latent) + ln|det dz/dx|.
 * Throws `FlowShapeError` when the map does not take data of `shape`, or a base is not of its latent's shape.
 */
export function createFlow({ layer, shape, base }: CreateFlowOptions): Flow {
  const levels = 'levels' in layer ? layer.levels : undefined;
  const latentShapes = 'levels' in layer ? layer.latentShapes(shape) : [layer.latentShape(shape)];
  const given = base === undefined ? undefined : 'kind' in base ? [base] : base;
  const bases = given ?? latentShapes.map((latent) => standardNormal({ shape: latent }));
  if (bases.length !== latentShapes.length) {
    throw new FlowConfigurationError(`The flow has ${latentShapes.length} latents and got ${bases.length} bases.`, {
      remedy: 'Give one base for each latent.',
      value: bases.length,
    });
  }
  bases.forEach(({ kind, shape: got }, i) => {
    const wanted = latentShapes[i];
    if (`${got}` !== `${wanted}`) throw new FlowShapeError({ layer: kind, got, wanted: `[${wanted.join(', ')}]` });
  });
  const levelOf = levels && [...levels.flatMap(({ split }, level) => (split ? [level] : [])), levels.length - 1];
  const perLevel = (context?: Context | readonly Context[]) =>
    context === undefined || Array.isArray(context)
      ? (context as readonly Context[] | undefined)
      : levels!.map(() => context as Context);
  const single = (context?: Context | readonly Context[]) => context as Context | undefined;

  const forward = (x: Tensor, context?: Context | readonly Context[]) => {
    if ('levels' in layer) return layer.forward(x, perLevel(context));
    const { z, logDet } = layer.forward(x, single(context));
    return { latents: [z], logDet };
  };
  const inverse = (latents: readonly Tensor[], context?: Context | readonly Context[]) =>
    'levels' in layer ? layer.inverse(latents, perLevel(context)) : layer.inverse(latents[0], single(context));

  const distribution = (context?: Context | readonly Context[], baseContext?: Tensor): FlowDistribution => {
    const features = (i: number): Tensor | undefined => {
      const own = levelOf ? perLevel(context)?.[levelOf[i]] : single(context);
      return baseContext ?? (own !== undefined && isFeatures(own) ? own : undefined);
    };
    const score = (latents: readonly Tensor[]) =>
      addN(latents.map((latent, i) => bases[i].logProb(latent, features(i)))) as Tensor1D;
    const noise: FlowDistribution['noise'] = (count, options) => bases.map((each) => each.noise(count, options));
    const draw = (count: number, { random, noise: made, temperature = 1, truncation }: SampleOptions): Tensor[] => {
      if (!made && !random) {
        throw new FlowConfigurationError('Sampling needs random numbers.', {
          remedy: 'Pass `random: createRandom(seed)`, or `noise`.',
        });
      }
      const numbers = made ?? noise(count, { random: random!, truncation });
      return bases.map((each, i) => each.fromNoise(numbers[i], { temperature, context: features(i) }));
    };
    return {
      noise,
      logProb: (x) =>
        tidied(() => {
          const { latents, logDet } = forward(x, context);
          return add(score(latents), logDet);
        }),
      sample: (count, options) => tidied(() => inverse(draw(count, options), context).x),
      sampleWithLogProb: (count, options) =>
        tidied(() => {
          const latents = draw(count, options);
          const { x, logDet } = inverse(latents, context);
          return { x, logProb: sub(score(latents), logDet) };
        }),
      encode: (x) => tidied(() => forward(x, context).latents),
      decode: (latents) => tidied(() => inverse(latents, context).x),
    };
  };
  return Object.assign(distribution, {
    layer,
    bases,
    shape,
    parameters: { layer: layer.parameters, bases: bases.map(({ parameters }) => parameters) },
    initialize(x: Tensor, context?: Context | readonly Context[]) {
      if ('levels' in layer) layer.initialize(x, perLevel(context));
      else layer.initialize?.(x, single(context));
    },
  });
}
