import type { Random } from '@deflow/images';
import { resizeTensor } from '@deflow/images/tensors';
import { constant, createParameter } from '@deflow/nn';
import { add, mul, scalar, sub, type Tensor1D, type Tensor4D, tidy, zeros, zerosLike } from '@tensorflow/tfjs-core';
import { bitsPerDimension } from './bits-per-dim.ts';
import { checkImages } from './check-images.ts';
import { conditioningNetwork } from './conditioning.ts';
import { checkConfig, type DeFlowConfig, sizeMultiple } from './config.ts';
import type { DeFlow, Encoded, Features } from './deflow.ts';
import { cleanLogDensity } from './full-shift.ts';
import { createLevel, type Level } from './level.ts';
import { convertStatistics, matchStatistics } from './statistics-matching.ts';

export interface CreateDeFlowOptions {
  readonly config: DeFlowConfig;
  /** Where the parameters' start values come from. */
  readonly random: Random;
}

/**
 * Builds a DeFlow with fresh parameters.
 * @throws InvalidConfigError when `config` describes no model.
 */
export function createDeFlow({ config, random }: CreateDeFlowOptions): DeFlow {
  checkConfig(config);
  const { centre, quantisationLevels, conditioning, statistics } = config;
  const network = conditioningNetwork(config, random);
  const levels = buildLevels(config, network.channels, random);
  const multiple = sizeMultiple(config);
  const latentLevels = levels.flatMap((level, index) => (level.shift ? [{ shift: level.shift, index, level }] : []));
  const featuresAt = (features: Features, latent: number) => features.levels[latentLevels[latent]!.index]!;

  const initialized = createParameter([], constant(0), random, { trainable: false });

  const featuresOfReduced: DeFlow['featuresOfReduced'] = (reduced, noise) => {
    const noisy = add(sub(reduced, centre), mul(noise, conditioning.noise)) as Tensor4D;
    const features = network.apply(noisy);
    return { levels: features, contexts: features };
  };

  const encode: DeFlow['encode'] = (images, features): Encoded => {
    let passed = sub(images, centre) as Tensor4D;
    let logDet: Tensor1D | undefined;
    const latents: Tensor4D[] = [];
    levels.forEach((level, index) => {
      const output = level.encode(passed, features.contexts[index]!);
      logDet = logDet ? (add(logDet, output.logDet) as Tensor1D) : output.logDet;
      if (output.latent) latents.push(output.latent);
      passed = output.passed ?? passed;
    });
    return { latents, logDet: logDet! };
  };

  const decode: DeFlow['decode'] = (latents, features) => {
    const left = [...latents];
    const x = levels.reduceRight<Tensor4D | undefined>(
      (passed, level, index) => level.decode(passed, level.shift ? left.pop() : undefined, features.contexts[index]!),
      undefined,
    );
    return add(x!, centre) as Tensor4D;
  };

  /** The features and pixel values that the objective sees. */
  const observe = (images: Tensor4D, labels: Tensor1D, noise: { dequantisation: Tensor4D; conditioning: Tensor4D }) => {
    checkImages(images, multiple);
    const spread = mul(sub(noise.dequantisation, 0.5), 1 / quantisationLevels);
    const values = add(statistics ? matchStatistics(images, labels, statistics.images) : images, spread) as Tensor4D;
    const reduced = reduce(images);
    const matched = statistics ? matchStatistics(reduced, labels, statistics.reduced) : reduced;
    return { values, features: featuresOfReduced(matched, noise.conditioning) };
  };

  const reduce: DeFlow['reduce'] = (images) =>
    conditioning.reduction === 1 ? images : resizeTensor(images, 1 / conditioning.reduction);

  const prepare: DeFlow['prepare'] = ({ levels: features }) => ({
    levels: features,
    contexts: levels.map((level, index) => level.prepare(features[index]!)),
  });

  return {
    config,
    parameters: { initialized, conditioning: network.parameters, levels: levels.map(({ parameters }) => parameters) },
    initialized,
    shiftParameters: latentLevels.flatMap(({ shift }) => shift.quick),
    sizeMultiple: multiple,
    noiseShapes: ({ height, width }) => ({
      conditioning: [height / conditioning.reduction, width / conditioning.reduction, 3],
      latents: latentLevels.map(({ level, index }) => [
        height / 2 ** (index + 1),
        width / 2 ** (index + 1),
        level.latentChannels,
      ]),
    }),
    reduce,
    features: (images, noise) => featuresOfReduced(reduce(images), noise),
    featuresOfReduced,
    prepare,
    encode,
    decode,
    negativeLogLikelihood: (images, labels, noise) =>
      tidy(() => {
        const { values, features } = observe(images, labels, noise);
        const { latents, logDet } = encode(values, features);
        const density = latents.reduce<Tensor1D>((total, latent, index) => {
          const clean = cleanLogDensity(latent);
          const degraded = latentLevels[index]!.shift.logDensity(latent, featuresAt(features, index));
          return add(total, add(clean, mul(labels, sub(degraded, clean)))) as Tensor1D;
        }, logDet);
        const [, height, width] = images.shape;
        return bitsPerDimension(density, { height, width }, quantisationLevels);
      }),
    degrade: (images, noise) =>
      tidy(() => {
        checkImages(images, multiple);
        const features = prepare(featuresOfReduced(reduce(images), noise.conditioning));
        const { latents } = encode(images, features);
        const shifted = latents.map((latent, index) =>
          latentLevels[index]!.shift.degrade(latent, noise.shift[index]!, featuresAt(features, index)),
        );
        const degraded = decode(shifted, features);
        return statistics ? convertStatistics(degraded, statistics.images.clean, statistics.images.degraded) : degraded;
      }),
    restore: (images, noise) =>
      tidy(() => {
        checkImages(images, multiple);
        const labels = add(zeros([images.shape[0]]), 1) as Tensor1D;
        const quiet = add(zerosLike(images), 0.5) as Tensor4D;
        const { values, features: plain } = observe(images, labels, { ...noise, dequantisation: quiet });
        const features = prepare(plain);
        const { latents } = encode(values, features);
        const restored = latents.map((latent, index) => {
          const { shift } = latentLevels[index]!;
          return shift.restore(latent, noise.clean[index]!, noise.shift[index]!, featuresAt(features, index));
        });
        return decode(restored, features);
      }),
    initialize: (images, labels, noise) => {
      tidy(() => {
        const { values, features } = observe(images, labels, noise);
        let passed = sub(values, centre) as Tensor4D;
        levels.forEach((level, index) => {
          level.initialize(passed, features.contexts[index]!);
          passed = level.encode(passed, features.contexts[index]!).passed ?? passed;
        });
        initialized.assign(scalar(1));
      });
    },
  };
}

function buildLevels(config: DeFlowConfig, featureChannels: readonly number[], random: Random): Level[] {
  let inputChannels = 3;
  return config.levels.map((level, index) => {
    const last = index === config.levels.length - 1;
    const built = createLevel({
      inputChannels,
      featureChannels: featureChannels[index]!,
      level,
      last,
      config,
      random: random.fork(`level ${index}`),
    });
    inputChannels = built.passedChannels;
    return built;
  });
}
