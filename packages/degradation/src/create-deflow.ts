import type { Random } from '@deflow/images';
import { resizeTensor } from '@deflow/images/tensors';
import { constant, createParameter } from '@deflow/nn';
import { add, fill, mul, type Scalar, scalar, sub, type Tensor1D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { bitsPerDimension } from './bits-per-dim.ts';
import { checkImages } from './check-images.ts';
import { conditioningNetwork } from './conditioning.ts';
import { checkConfig, type DeFlowConfig, sizeMultiple } from './config.ts';
import type { Analysis, DeFlow, Encoded, Features } from './deflow.ts';
import type { DomainShift } from './domain-shift.ts';
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

  /** Pixel values and features as the flow sees them; degraded images with the statistics of clean ones. */
  const observe = (images: Tensor4D, labels: Tensor1D, conditioningNoise: Tensor4D) => {
    checkImages(images, multiple);
    const reduced = reduce(images);
    const match = (values: Tensor4D, of: 'images' | 'reduced') =>
      statistics ? matchStatistics(values, labels, statistics[of]) : values;
    return {
      values: match(images, 'images'),
      features: featuresOfReduced(match(reduced, 'reduced'), conditioningNoise),
    };
  };
  const spread = (values: Tensor4D, dequantisation: Tensor4D) =>
    add(values, mul(sub(dequantisation, 0.5), 1 / quantisationLevels)) as Tensor4D;

  const reduce: DeFlow['reduce'] = (images) =>
    conditioning.reduction === 1 ? images : resizeTensor(images, 1 / conditioning.reduction);

  const prepare: DeFlow['prepare'] = ({ levels: features }) => ({
    levels: features,
    contexts: levels.map((level, index) => level.prepare(features[index]!)),
  });

  const analyse: DeFlow['analyse'] = (images, conditioningNoise, domain) => {
    const labels = fill([images.shape[0]], domain === 'clean' ? 0 : 1) as Tensor1D;
    const { values, features } = observe(images, labels, conditioningNoise);
    const prepared = prepare(features);
    return { latents: encode(values, prepared).latents, features: prepared };
  };

  const translate = (
    { latents, features }: Analysis,
    strength: Scalar | undefined,
    move: (shift: DomainShift, latent: Tensor4D, index: number, at: Tensor4D) => Tensor4D,
  ) => {
    const moved = latents.map((latent, index) => {
      const { shift } = latentLevels[index]!;
      const to = move(shift, latent, index, featuresAt(features, index));
      return strength ? (add(latent, mul(strength, sub(to, latent))) as Tensor4D) : to;
    });
    return decode(moved, features);
  };

  const degradeAnalysed: DeFlow['degradeAnalysed'] = (analysis, noise, strength) => {
    const degraded = translate(analysis, strength, (shift, latent, index, at) =>
      shift.degrade(latent, noise[index]!, at),
    );
    return statistics ? convertStatistics(degraded, statistics.images.clean, statistics.images.degraded) : degraded;
  };

  const restoreAnalysed: DeFlow['restoreAnalysed'] = (analysis, noise, strength) =>
    translate(analysis, strength, (shift, latent, index, at) =>
      shift.restore(latent, noise.clean[index]!, noise.shift[index]!, at),
    );

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
        const { values, features } = observe(images, labels, noise.conditioning);
        const { latents, logDet } = encode(spread(values, noise.dequantisation), features);
        const density = latents.reduce<Tensor1D>((total, latent, index) => {
          const clean = cleanLogDensity(latent);
          const degraded = latentLevels[index]!.shift.logDensity(latent, featuresAt(features, index));
          return add(total, add(clean, mul(labels, sub(degraded, clean)))) as Tensor1D;
        }, logDet);
        const [, height, width] = images.shape;
        return bitsPerDimension(density, { height, width }, quantisationLevels);
      }),
    analyse,
    degradeAnalysed,
    restoreAnalysed,
    degrade: (images, { conditioning, shift }) =>
      tidy(() => degradeAnalysed(analyse(images, conditioning, 'clean'), shift)),
    restore: (images, { conditioning, ...noise }) =>
      tidy(() => restoreAnalysed(analyse(images, conditioning, 'degraded'), noise)),
    initialize: (images, labels, noise) => {
      tidy(() => {
        const { values, features } = observe(images, labels, noise.conditioning);
        let passed = sub(spread(values, noise.dequantisation), centre) as Tensor4D;
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
