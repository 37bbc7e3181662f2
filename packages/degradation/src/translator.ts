import { createRandom, crop, type Image, type Samples } from '@deflow/images';
import { toTensor } from '@deflow/images/tensors';
import { type Compile, type Compiled, namedParameters, runEagerly } from '@deflow/nn';
import { dispose, type Scalar, scalar, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Analysis, DeFlow, Domain } from './deflow.ts';
import { AbortedError } from './errors.ts';
import { imageNoise } from './image-noise.ts';
import { fromModel, placeTile, toModel } from './image-samples.ts';
import { memoryPerPixel } from './memory-per-pixel.ts';
import { tiles } from './tiles.ts';

export interface TranslatorOptions {
  /** `compile` of `@deflow/tensorflow`: faster, but every new size is compiled first. Eager unless given. */
  readonly compile?: Compile;
  /** `bfloat16` lets `compile` compute in bfloat16 inside the networks, where the processor has it; see docs/precision.md. */
  readonly precision?: 'float32' | 'bfloat16';
  /**
   * Images that would hold more than this many MiB of features, kept for all samples, are cut into as few tiles of one size as that takes;
   * default 320. Parameters and the engine come on top.
   */
  readonly memory?: number;
  /** Largest side of a tile in pixels, whatever the memory; no limit unless given. */
  readonly tileSize?: number;
  /** Pixels that neighbouring tiles share at least; default 64. */
  readonly overlap?: number;
}

export interface TranslateOptions {
  /** All random numbers follow from it and from the image's size. */
  readonly seed?: number | string;
  /** How many translations of the image to draw; each further one costs less than the first. */
  readonly samples?: number;
  /** How far to go: 0 gives the image back, 1 the translation. */
  readonly strength?: number;
  /** Called after each tile of each sample with the share of the work that is done, up to 1. */
  readonly onProgress?: (share: number) => void;
  /** Stops before the next tile, with an `AbortedError`. */
  readonly signal?: AbortSignal;
}

export interface GenerateOptions extends Omit<TranslateOptions, 'strength'> {
  /** What to draw: a clean picture (default) or a degraded one. */
  readonly domain?: Domain;
  /** Factor on the latents' random numbers: 1 (default) draws from the model's density, less stays closer to its mode, 0 is the mode. */
  readonly temperature?: number;
}

/** Translates images of any size between the domains. 8-bit images give 8-bit ones, 16-bit ones 16-bit, float ones float. */
export interface Translator {
  /** Clean to degraded, `samples` times. Grey images become RGB, alpha stays as it is. @throws AbortedError */
  degrade<Data extends Samples>(image: Image<Data>, options?: TranslateOptions): Promise<Image<Data>[]>;
  /** Degraded to clean: draws from the posterior of the clean image. Otherwise like `degrade`. */
  restore<Data extends Samples>(image: Image<Data>, options?: TranslateOptions): Promise<Image<Data>[]>;
  /**
   * Draws pictures anew from the model's density given what `conditioning` leaves of a clean image: its reduction with noise. Details
   * are the model's own, not the image's. Otherwise like `degrade`.
   */
  generate<Data extends Samples>(image: Image<Data>, options?: GenerateOptions): Promise<Image<Data>[]>;
  /** Frees what was compiled. */
  dispose(): void;
}

type AnalyseInputs = { readonly images: Tensor4D; readonly conditioning: Tensor4D; readonly dequantisation?: Tensor4D };

type LatentNoise = { readonly shift: Tensor4D[]; readonly clean: Tensor4D[] };

interface Direction {
  readonly domain: Domain;
  readonly analyse: Compiled<[AnalyseInputs], Analysis>;
  readonly decode: Compiled<[Analysis, LatentNoise, Scalar], Tensor4D>;
}

/** A translator for `model` as its parameters are at each call. Keeps what it compiled for images of the same size. */
export function createTranslator(model: DeFlow, options: TranslatorOptions = {}): Translator {
  const { compile = runEagerly, precision = 'float32', memory = 320, overlap = 64 } = options;
  const { tileSize: largestSide = Number.POSITIVE_INFINITY } = options;
  const largestArea = (memory * 2 ** 20) / memoryPerPixel(model.config);
  const state = [...namedParameters(model.parameters).values()];
  const direction = (
    domain: Domain,
    analyse: (inputs: AnalyseInputs) => Analysis,
    decode: (analysis: Analysis, noise: LatentNoise, strength: Scalar) => Tensor4D,
  ): Direction => ({
    domain,
    analyse: compile(analyse, { state, precision }),
    decode: compile(decode, { state, precision }),
  });
  const analyse =
    (domain: Domain) =>
    ({ images, conditioning, dequantisation }: AnalyseInputs) =>
      model.analyse(images, conditioning, domain, dequantisation);
  const condition = ({ images, conditioning }: AnalyseInputs) => ({
    latents: [],
    features: model.condition(images, conditioning),
  });
  /** Takes the noise of both kinds that restoring takes; its strength is the temperature. */
  const generation = (domain: Domain) =>
    direction('degraded', condition, ({ features }, noise, temperature) =>
      model.generate(features, noise, domain, temperature),
    );
  const directions = {
    degrade: direction('clean', analyse('clean'), (analysis, { shift }, strength) =>
      model.degradeAnalysed(analysis, shift, strength),
    ),
    restore: direction('degraded', analyse('degraded'), (analysis, noise, strength) =>
      model.restoreAnalysed(analysis, noise, strength),
    ),
    generateClean: generation('clean'),
    generateDegraded: generation('degraded'),
  };

  async function translate<Data extends Samples>(
    { domain, analyse, decode }: Direction,
    image: Image<Data>,
    { seed = 0, samples = 1, strength = 1, onProgress, signal }: TranslateOptions = {},
  ): Promise<Image<Data>[]> {
    const multiple = model.sizeMultiple;
    const whole = toModel(image, multiple);
    const noise = imageNoise(model, { ...whole, samples, domain }, createRandom(seed));
    const parts = tiles({ ...whole, largestArea, largestSide, overlap, multiple });
    const results = Array.from({ length: samples }, () => ({ ...whole, data: new Float32Array(whole.data.length) }));
    const total = parts.length * samples;
    let done = 0;
    for (const tile of parts) {
      const held: { [name: string]: unknown } = { strength: scalar(strength) };
      try {
        const spread = noise.dequantisation(tile.region);
        const input: AnalyseInputs = {
          images: toTensor(crop(whole, tile.region)),
          conditioning: noise.conditioning(tile.region),
          ...(spread && { dequantisation: spread }),
        };
        held.input = input;
        const analysis = await analyse.async(input);
        held.analysis = analysis;
        for (const [sample, result] of results.entries()) {
          if (signal?.aborted) throw new AbortedError('The translation');
          const latents = noise.latents(tile.region, sample);
          held[`noise ${sample}`] = latents;
          const output = await decode.async(analysis, latents, held.strength as Scalar);
          placeTile(result, await output.data(), tile);
          output.dispose();
          onProgress?.(++done / total);
        }
      } finally {
        dispose(held as never);
      }
    }
    return results.map((result) => fromModel(result, image));
  }

  return {
    degrade: (image, settings) => translate(directions.degrade, image, settings),
    restore: (image, settings) => translate(directions.restore, image, settings),
    generate: (image, { domain = 'clean', temperature = 1, ...settings } = {}) => {
      const chosen = domain === 'clean' ? directions.generateClean : directions.generateDegraded;
      return translate(chosen, image, { ...settings, strength: temperature });
    },
    dispose() {
      for (const { analyse, decode } of Object.values(directions)) {
        analyse.dispose();
        decode.dispose();
      }
    },
  };
}
