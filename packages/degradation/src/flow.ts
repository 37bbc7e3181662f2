import type { Random } from '@deflow/images';
import type { ParameterTree } from '@deflow/nn';
import { add, sub, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { DeFlowConfig } from './config.ts';
import type { Encoded, Features } from './deflow.ts';
import type { DomainShift } from './domain-shift.ts';
import { createLevel, type Level } from './level.ts';

/** A latent and where it leaves the flow. */
export interface LatentPlace {
  /** Index of the level; its sizes are those of the image / 2^(level + 1). */
  readonly level: number;
  readonly channels: number;
  readonly shift: DomainShift;
}

/** All levels of a model, from pixel values to latents. */
export interface Flow {
  readonly parameters: readonly ParameterTree[];
  readonly latents: readonly LatentPlace[];
  encode(values: Tensor4D, features: Features): Encoded;
  decode(latents: readonly Tensor4D[], features: Features): Tensor4D;
  prepare(features: Features): Features;
  initialize(values: Tensor4D, features: Features): void;
}

/** Builds the flow of `config` for features of these channels at its levels. */
export function createFlow(config: DeFlowConfig, featureChannels: readonly number[], random: Random): Flow {
  const levels = buildLevels(config, featureChannels, random);
  const { centre } = config;
  return {
    parameters: levels.map(({ parameters }) => parameters),
    latents: levels.flatMap(({ shift, latentChannels }, level) =>
      shift ? [{ level, channels: latentChannels, shift }] : [],
    ),
    encode(values, features) {
      let passed = sub(values, centre) as Tensor4D;
      let logDet: Tensor1D | undefined;
      const latents: Tensor4D[] = [];
      levels.forEach((level, index) => {
        const output = level.encode(passed, features.contexts[index]!);
        logDet = logDet ? (add(logDet, output.logDet) as Tensor1D) : output.logDet;
        if (output.latent) latents.push(output.latent);
        passed = output.passed ?? passed;
      });
      return { latents, logDet: logDet! };
    },
    decode(latents, features) {
      const left = [...latents];
      const values = levels.reduceRight<Tensor4D | undefined>(
        (passed, level, index) => level.decode(passed, level.shift ? left.pop() : undefined, features.contexts[index]!),
        undefined,
      );
      return add(values!, centre) as Tensor4D;
    },
    prepare: ({ levels: features }) => ({
      levels: features,
      contexts: levels.map((level, index) => level.prepare(features[index]!)),
    }),
    initialize(values, features) {
      let passed = sub(values, centre) as Tensor4D;
      levels.forEach((level, index) => {
        level.initialize(passed, features.contexts[index]!);
        passed = level.encode(passed, features.contexts[index]!).passed ?? passed;
      });
    },
  };
}

function buildLevels(config: DeFlowConfig, featureChannels: readonly number[], random: Random): Level[] {
  let inputChannels = 3;
  return config.levels.map((level, index) => {
    const built = createLevel({
      inputChannels,
      featureChannels: featureChannels[index]!,
      level,
      last: index === config.levels.length - 1,
      config,
      random: random.fork(`level ${index}`),
    });
    inputChannels = built.passedChannels;
    return built;
  });
}
