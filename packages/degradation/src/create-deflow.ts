import { type Backprop, standardNormalLogDensity } from '@deflow/flows';
import type { Random } from '@deflow/images';
import { resizeTensor } from '@deflow/images/tensors';
import { createParameter, zeros } from '@deflow/nn';
import { add, fill, mul, scalar, sub, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import { bitsPerDimension } from './bits-per-dim.ts';
import { checkImages } from './check-images.ts';
import { conditioningNetwork } from './conditioning.ts';
import { checkConfig, type DeFlowConfig, sizeMultiple } from './config.ts';
import type { DeFlow } from './deflow.ts';
import { createFlow } from './flow.ts';
import { reduceEightBits } from './reduce-eight-bits.ts';
import { matchStatistics } from './statistics-matching.ts';
import { tidied } from './tidied.ts';
import { translations } from './translation.ts';

export interface CreateDeFlowOptions {
  readonly config: DeFlowConfig;
  /** Where the parameters' start values come from. */
  readonly random: Random;
  /**
   * What the gradient of the objective keeps of the flow's activations. `tape`, the default: all of them. `checkpoint`: the input of
   * each step; `invertible`: the output of every eighth one. The others are computed again, features included: by count about a quarter more.
   */
  readonly backprop?: Backprop;
}

/**
 * Builds a DeFlow with fresh parameters.
 * @throws InvalidConfigError when `config` describes no model.
 */
export function createDeFlow({ config, random, backprop = 'tape' }: CreateDeFlowOptions): DeFlow {
  checkConfig(config);
  const { centre, quantisationLevels, conditioning, statistics, compatibility } = config;
  const { reduction } = conditioning;
  const multiple = sizeMultiple(config);
  const network = conditioningNetwork(config, random.fork('conditioning'));
  const flow = createFlow(config, { featureChannels: network.channels, random, backprop });
  const initialized = createParameter([], zeros(), random, { trainable: false });
  const { degradeAnalysed, restoreAnalysed, generate } = translations(flow, config);

  const reduce: DeFlow['reduce'] = (images) => {
    if (reduction === 1) return images;
    return compatibility === 'released' ? reduceEightBits(images, reduction) : resizeTensor(images, 1 / reduction);
  };

  const noisy = (reduced: Tensor4D, noise: Tensor4D) =>
    add(sub(reduced, centre), mul(noise, conditioning.noise)) as Tensor4D;

  const featuresOfReduced: DeFlow['featuresOfReduced'] = (reduced, noise) => {
    const features = network.apply(noisy(reduced, noise));
    return { levels: features, contexts: features };
  };

  /** The same for the flow, which gets by without enlarged features unless the shift sees them. */
  const contextsOfReduced: DeFlow['featuresOfReduced'] = (reduced, noise) => {
    if (!network.contexts) return featuresOfReduced(reduced, noise);
    const { contexts, joined } = network.contexts(noisy(reduced, noise));
    return { levels: flow.latents.some(({ shift }) => shift.dependsOnFeatures) ? joined() : [], contexts };
  };

  /** Pixel values and features as the flow sees them: degraded images get the statistics of clean ones. */
  const observe = (images: Tensor4D, labels: Tensor1D, conditioningNoise: Tensor4D) => {
    checkImages(images, multiple);
    const match = (values: Tensor4D, of: 'images' | 'reduced') =>
      statistics ? matchStatistics(values, labels, statistics[of]) : values;
    return {
      values: match(images, 'images'),
      features: contextsOfReduced(match(reduce(images), 'reduced'), conditioningNoise),
    };
  };

  const spread = (values: Tensor4D, dequantisation: Tensor4D) =>
    add(values, mul(sub(dequantisation, 0.5), 1 / quantisationLevels)) as Tensor4D;

  const logDensity: DeFlow['logDensity'] = (images, labels, features) => {
    const { latents, logDet } = flow.encode(images, features);
    return flow.latents.reduce<Tensor1D>((total, { shift, level }, index) => {
      const clean = standardNormalLogDensity(latents[index]!);
      const degraded = shift.logDensity(latents[index]!, features.levels[level]!);
      return add(total, add(clean, mul(labels, sub(degraded, clean)))) as Tensor1D;
    }, logDet);
  };

  const negativeLogLikelihood: DeFlow['negativeLogLikelihood'] = (images, labels, noise) => {
    const { values, features } = observe(images, labels, noise.conditioning);
    const density = logDensity(spread(values, noise.dequantisation), labels, features);
    const [, height, width] = images.shape;
    return bitsPerDimension(density, { height, width }, quantisationLevels);
  };

  const analyse: DeFlow['analyse'] = (images, conditioningNoise, domain, dequantisation) => {
    const labels = fill([images.shape[0]], domain === 'clean' ? 0 : 1) as Tensor1D;
    const { values, features } = observe(images, labels, conditioningNoise);
    const prepared = flow.prepare(features);
    const seen = dequantisation ? spread(values, dequantisation) : values;
    return { latents: flow.encode(seen, prepared).latents, features: prepared };
  };

  return {
    config,
    parameters: { initialized, conditioning: network.parameters, ...flow.parameters },
    initialized,
    shiftParameters: flow.latents.flatMap(({ shift }) => shift.quick),
    sizeMultiple: multiple,
    noiseShapes: ({ height, width }) => ({
      conditioning: [height / reduction, width / reduction, 3],
      latents: flow.latents.map(({ level, channels }) => {
        const size = 2 ** (level + 1);
        return [height / size, width / size, channels];
      }),
    }),
    reduce: tidied(reduce),
    features: tidied((images, noise) => featuresOfReduced(reduce(images), noise)),
    featuresOfReduced: tidied(featuresOfReduced),
    condition: tidied((images, noise) => flow.prepare(contextsOfReduced(reduce(images), noise))),
    prepare: tidied(flow.prepare),
    encode: tidied(flow.encode),
    decode: tidied(flow.decode),
    logDensity: tidied(logDensity),
    negativeLogLikelihood: tidied(negativeLogLikelihood),
    analyse: tidied(analyse),
    degradeAnalysed: tidied(degradeAnalysed),
    restoreAnalysed: tidied(restoreAnalysed),
    generate: tidied(generate),
    degrade: tidied((images, { conditioning: noise, dequantisation, shift }) =>
      degradeAnalysed(analyse(images, noise, 'clean', dequantisation), shift),
    ),
    restore: tidied((images, { conditioning: noise, dequantisation, ...draws }) =>
      restoreAnalysed(analyse(images, noise, 'degraded', dequantisation), draws),
    ),
    initialize: tidied((images, labels, noise) => {
      const { values, features } = observe(images, labels, noise.conditioning);
      flow.initialize(spread(values, noise.dequantisation), features);
      initialized.assign(scalar(1));
    }),
  };
}
