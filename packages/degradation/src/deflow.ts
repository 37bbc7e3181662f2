import type { Context } from '@deflow/flows';
import type { ParameterTree } from '@deflow/nn';
import type { Scalar, Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import type { Size } from './bits-per-dim.ts';
import type { DeFlowConfig } from './config.ts';

/** What a model sees of an image beside the image itself: for each level, first level first. */
export type Features = {
  /**
   * [batch, height / 2^(i+1), width / 2^(i+1), channels]. None in what `condition` and `analyse` give, unless the domain shift depends
   * on them.
   */
  readonly levels: readonly Tensor4D[];
  /** What the flow of each level is conditioned on: the same features, or what was computed from them. */
  readonly contexts: readonly Context[];
};

export interface Encoded {
  /** One latent of each split and the last one, [batch, height, width, channels] each; clean images give N(0, I). */
  readonly latents: readonly Tensor4D[];
  /** ln |det| of the whole flow, splits' priors included: [batch]. */
  readonly logDet: Tensor1D;
}

/** The two sets of images: clean (X, label 0) and degraded (Y, label 1). */
export type Domain = 'clean' | 'degraded';

/** What a translation starts from. */
export type Analysis = {
  readonly latents: readonly Tensor4D[];
  /** Prepared: decoding many samples pays for them once. */
  readonly features: Features;
};

/** Random numbers of one evaluation of the objective. */
export type TrainingNoise = {
  /** Uniform in [0, 1): [batch, height, width, 3]. */
  readonly dequantisation: Tensor4D;
  /** Standard normal: [batch, height / reduction, width / reduction, 3]. */
  readonly conditioning: Tensor4D;
};

/** Random numbers of a translation from clean to degraded; standard normal unless said. */
export type DegradeNoise = {
  /** [batch, height / reduction, width / reduction, 3] */
  readonly conditioning: Tensor4D;
  /** One of each latent's shape. */
  readonly shift: readonly Tensor4D[];
  /** Uniform in [0, 1), [batch, height, width, 3]: spreads the pixel values as training does. The released program does; none unless given. */
  readonly dequantisation?: Tensor4D;
};

/** Random numbers of a translation from degraded to clean; standard normal unless said. */
export type RestoreNoise = DegradeNoise & {
  /** One of each latent's shape. Zeros here and in `shift` give the mean of the posterior. */
  readonly clean: readonly Tensor4D[];
};

/** Shapes of the random numbers that images of one size need, without the batch axis. */
export interface NoiseShapes {
  readonly conditioning: readonly [height: number, width: number, channels: number];
  readonly latents: readonly (readonly [height: number, width: number, channels: number])[];
}

/**
 * A conditional flow f and the shift between two domains in its latents (Wolf et al., DeFlow, CVPR 2021).
 * All methods are pure functions of tensors, `parameters` and noise that the caller draws: they can be compiled and
 * differentiated. Images are [batch, height, width, 3] in 0..1, RGB, with sizes that are multiples of `sizeMultiple`.
 */
export interface DeFlow {
  readonly config: DeFlowConfig;
  readonly parameters: ParameterTree;
  /** A buffer among the parameters: 1 after `initialize`, 0 before. */
  readonly initialized: Variable;
  /** The parameters of the domain shift that learn faster in training. */
  readonly shiftParameters: readonly Variable[];
  readonly sizeMultiple: number;
  noiseShapes(size: Size): NoiseShapes;
  /** The bicubic reduction of `images`, [batch, height / reduction, width / reduction, 3]. */
  reduce(images: Tensor4D): Tensor4D;
  /** Features of `images`: `featuresOfReduced(reduce(images), noise)`. `noise` is standard normal. */
  features(images: Tensor4D, noise: Tensor4D): Features;
  /** Features of images that are reduced already. `noise` is standard normal; the model's own deviation multiplies it. */
  featuresOfReduced(reduced: Tensor4D, noise: Tensor4D): Features;
  /** Computes everything in the flow that depends on the features alone, once for all calls that follow. */
  prepare(features: Features): Features;
  /**
   * `prepare(features(images, noise))` in one go: all that the flow needs of images beside themselves, for any number of calls of
   * `encode` and `decode`. Cheaper: features that are enlarged copies of smaller ones are never enlarged.
   */
  condition(images: Tensor4D, noise: Tensor4D): Features;
  /** Images to latents. */
  encode(images: Tensor4D, features: Features): Encoded;
  /** Latents to images: the inverse of `encode` with the same features. */
  decode(latents: readonly Tensor4D[], features: Features): Tensor4D;
  /**
   * ln p of each image under the base distribution of its domain, in nats: [batch]. `labels`: 0 for clean and 1 for degraded.
   */
  logDensity(images: Tensor4D, labels: Tensor1D, features: Features): Tensor1D;
  /**
   * The objective (spec 1.2) of each image in bits per dim, [batch]. `labels`: 0 for clean and 1 for degraded, [batch].
   * @throws ShapeMismatchError when sizes do not fit the model.
   */
  negativeLogLikelihood(images: Tensor4D, labels: Tensor1D, noise: TrainingNoise): Tensor1D;
  /**
   * The first half of a translation: features, once for encoding and decoding, and latents of images of `domain`.
   * `conditioningNoise` and `dequantisation`: see `DegradeNoise`. @throws ShapeMismatchError when sizes do not fit the model.
   */
  analyse(images: Tensor4D, conditioningNoise: Tensor4D, domain: Domain, dequantisation?: Tensor4D): Analysis;
  /** Adds `strength` (1 unless given) times a draw of the domain shift and decodes: clean to degraded. */
  degradeAnalysed(analysis: Analysis, shiftNoise: readonly Tensor4D[], strength?: Scalar): Tensor4D;
  /** Goes `strength` (1 unless given) of the way to a draw from the posterior of the clean latent and decodes: degraded to clean. */
  restoreAnalysed(
    analysis: Analysis,
    noise: { readonly shift: readonly Tensor4D[]; readonly clean: readonly Tensor4D[] },
    strength?: Scalar,
  ): Tensor4D;
  /**
   * Decodes latents drawn for `domain`, given features: a sample of p(x | h) or p(y | h). `noise` as in `RestoreNoise`; `shift` has no
   * effect on clean images. `temperature` (1 unless given) multiplies it all: 0 gives the mode of the latents.
   */
  generate(
    features: Features,
    noise: { readonly shift: readonly Tensor4D[]; readonly clean: readonly Tensor4D[] },
    domain: Domain,
    temperature?: Scalar,
  ): Tensor4D;
  /** Clean to degraded: encode, add a draw of the domain shift, decode with the same features. */
  degrade(images: Tensor4D, noise: DegradeNoise): Tensor4D;
  /** Degraded to clean: encode, draw from the Gaussian posterior of the clean latent, decode with the same features. */
  restore(images: Tensor4D, noise: RestoreNoise): Tensor4D;
  /** Sets normalising layers from a first batch, as `negativeLogLikelihood` gets it. Once, eagerly, before training. */
  initialize(images: Tensor4D, labels: Tensor1D, noise: TrainingNoise): void;
}
