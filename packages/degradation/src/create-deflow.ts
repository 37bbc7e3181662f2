import type { Random } from '@deflow/images';
import { resizeTensor } from '@deflow/images/tensors';
import { constant, createParameter } from '@deflow/nn';
import { add, fill, mul, type Scalar, scalar, sub, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { bitsPerDimension } from './bits-per-dim.ts';
import { checkImages } from './check-images.ts';
import { conditioningNetwork } from './conditioning.ts';
import { checkConfig, type DeFlowConfig, sizeMultiple } from './config.ts';
import type { Analysis, DeFlow } from './deflow.ts';
import type { DomainShift } from './domain-shift.ts';
import { createFlow } from './flow.ts';
import { cleanLogDensity } from './full-shift.ts';
import { convertStatistics, matchStatistics } from './statistics-matching.ts';
import { tidied } from './tidied.ts';

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
  const network = conditioningNetwork(config, random.fork('conditioning'));
  const flow = createFlow(config, network.channels, random);
  const initialized = createParameter([], constant(0), random, { trainable: false });
  const multiple = sizeMultiple(config);

  const reduce: DeFlow['reduce'] = (images) =>
    conditioning.reduction === 1 ? images : resizeTensor(images, 1 / conditioning.reduction);

  const featuresOfReduced: DeFlow['featuresOfReduced'] = (reduced, noise) => {
    const features = network.apply(add(sub(reduced, centre), mul(noise, conditioning.noise)) as Tensor4D);
    return { levels: features, contexts: features };
  };

  /** Pixel values and features as the flow sees them: degraded images get the statistics of clean ones. */
  const observe = (images: Tensor4D, labels: Tensor1D, conditioningNoise: Tensor4D) => {
    checkImages(images, multiple);
    const match = (values: Tensor4D, of: 'images' | 'reduced') =>
      statistics ? matchStatistics(values, labels, statistics[of]) : values;
    return {
      values: match(images, 'images'),
      features: featuresOfReduced(match(reduce(images), 'reduced'), conditioningNoise),
    };
  };

  const spread = (values: Tensor4D, dequantisation: Tensor4D) =>
    add(values, mul(sub(dequantisation, 0.5), 1 / quantisationLevels)) as Tensor4D;

  const negativeLogLikelihood: DeFlow['negativeLogLikelihood'] = (images, labels, noise) => {
    const { values, features } = observe(images, labels, noise.conditioning);
    const { latents, logDet } = flow.encode(spread(values, noise.dequantisation), features);
    const density = flow.latents.reduce<Tensor1D>((total, { shift, level }, index) => {
      const clean = cleanLogDensity(latents[index]!);
      const degraded = shift.logDensity(latents[index]!, features.levels[level]!);
      return add(total, add(clean, mul(labels, sub(degraded, clean)))) as Tensor1D;
    }, logDet);
    const [, height, width] = images.shape;
    return bitsPerDimension(density, { height, width }, quantisationLevels);
  };

  const analyse: DeFlow['analyse'] = (images, conditioningNoise, domain) => {
    const labels = fill([images.shape[0]], domain === 'clean' ? 0 : 1) as Tensor1D;
    const { values, features } = observe(images, labels, conditioningNoise);
    const prepared = flow.prepare(features);
    return { latents: flow.encode(values, prepared).latents, features: prepared };
  };

  const translate = (
    { latents, features }: Analysis,
    strength: Scalar | undefined,
    move: (shift: DomainShift, latent: Tensor4D, features: Tensor4D, index: number) => Tensor4D,
  ) => {
    const moved = flow.latents.map(({ shift, level }, index) => {
      const latent = latents[index]!;
      const to = move(shift, latent, features.levels[level]!, index);
      return strength ? (add(latent, mul(strength, sub(to, latent))) as Tensor4D) : to;
    });
    return flow.decode(moved, features);
  };

  const degradeAnalysed: DeFlow['degradeAnalysed'] = (analysis, noise, strength) => {
    const degraded = translate(analysis, strength, (shift, latent, features, index) =>
      shift.degrade(latent, noise[index]!, features),
    );
    return statistics ? convertStatistics(degraded, statistics.images.clean, statistics.images.degraded) : degraded;
  };

  const restoreAnalysed: DeFlow['restoreAnalysed'] = (analysis, noise, strength) =>
    translate(analysis, strength, (shift, latent, features, index) =>
      shift.restore(latent, noise.clean[index]!, noise.shift[index]!, features),
    );

  return {
    config,
    parameters: { initialized, conditioning: network.parameters, levels: flow.parameters },
    initialized,
    shiftParameters: flow.latents.flatMap(({ shift }) => shift.quick),
    sizeMultiple: multiple,
    noiseShapes: ({ height, width }) => ({
      conditioning: [height / conditioning.reduction, width / conditioning.reduction, 3],
      latents: flow.latents.map(({ level, channels }) => [
        height / 2 ** (level + 1),
        width / 2 ** (level + 1),
        channels,
      ]),
    }),
    reduce: tidied(reduce),
    features: tidied((images, noise) => featuresOfReduced(reduce(images), noise)),
    featuresOfReduced: tidied(featuresOfReduced),
    prepare: tidied(flow.prepare),
    encode: tidied(flow.encode),
    decode: tidied(flow.decode),
    negativeLogLikelihood: tidied(negativeLogLikelihood),
    analyse: tidied(analyse),
    degradeAnalysed: tidied(degradeAnalysed),
    restoreAnalysed: tidied(restoreAnalysed),
    degrade: tidied((images, { conditioning, shift }) =>
      degradeAnalysed(analyse(images, conditioning, 'clean'), shift),
    ),
    restore: tidied((images, { conditioning, ...noise }) =>
      restoreAnalysed(analyse(images, conditioning, 'degraded'), noise),
    ),
    initialize: tidied((images, labels, noise) => {
      const { values, features } = observe(images, labels, noise.conditioning);
      flow.initialize(spread(values, noise.dequantisation), features);
      initialized.assign(scalar(1));
    }),
  };
}
