import { type Backprop, type Context, type MultiScaleFlow, multiScale, splitPrior } from '@deflow/flows';
import type { Random } from '@deflow/images';
import type { ParameterTree } from '@deflow/nn';
import { add, sub, type Tensor4D } from '@tensorflow/tfjs-core';
import { type DeFlowConfig, sizeMultiple } from './config.ts';
import type { Encoded, Features } from './deflow.ts';
import { type DomainShift, domainShift } from './domain-shift.ts';
import { levelFlow } from './level-flow.ts';

/** A latent, where it leaves the flow, and what separates the domains in it. */
export interface LatentPlace {
  /** Index of the level; the latent has the image's size / 2^(level + 1). */
  readonly level: number;
  readonly channels: number;
  readonly shift: DomainShift;
}

/** From pixel values to latents, the shifts' rotations included. */
export interface Flow {
  readonly parameters: ParameterTree;
  readonly latents: readonly LatentPlace[];
  encode(values: Tensor4D, features: Features): Encoded;
  decode(latents: readonly Tensor4D[], features: Features): Tensor4D;
  prepare(features: Features): Features;
  initialize(values: Tensor4D, features: Features): void;
}

export interface CreateFlowOptions {
  /** Channels of the features of each level. */
  readonly featureChannels: readonly number[];
  readonly random: Random;
  /** What the gradient of `encode` keeps; see `sequential` of `@deflow/flows`. */
  readonly backprop: Backprop;
}

/** Builds the flow of `config` for features of these channels at its levels. */
export function createFlow(config: DeFlowConfig, { featureChannels, random, backprop }: CreateFlowOptions): Flow {
  const flow = buildLevels(config, { featureChannels, random, backprop });
  const places = latentPlaces(config, flow, featureChannels, random);
  const { centre } = config;
  return {
    parameters: { ...flow.parameters, shifts: places.map(({ shift }) => shift.parameters) },
    latents: places,
    encode(values, { contexts }) {
      const encoded = flow.forward(sub(values, centre), contexts);
      let { logDet } = encoded;
      const latents = encoded.latents.map((latent, index) => {
        const rotated = places[index]!.shift.rotation?.forward(latent);
        if (!rotated) return latent as Tensor4D;
        logDet = add(logDet, rotated.logDet);
        return rotated.z as Tensor4D;
      });
      return { latents, logDet };
    },
    decode(latents, { contexts }) {
      const plain = latents.map((latent, index) => places[index]!.shift.rotation?.inverse(latent).x ?? latent);
      return add(flow.inverse(plain, contexts).x, centre) as Tensor4D;
    },
    prepare: ({ levels, contexts }) => ({
      levels,
      contexts: contexts.some(isPrepared) ? contexts : flow.prepare(contexts),
    }),
    initialize: (values, { contexts }) => flow.initialize(sub(values, centre), contexts),
  };
}

/** Whether `prepare` made it: it has a context for each layer. */
const isPrepared = (context: Context): boolean => Array.isArray(context);

function buildLevels(
  { levels, step, compatibility: arithmetic = 'exact' }: DeFlowConfig,
  { featureChannels, random, backprop }: CreateFlowOptions,
): MultiScaleFlow {
  let channels = 3;
  return multiScale(
    levels.map((level, index) => {
      channels *= 4;
      const start = random.fork(`level ${index}`);
      const options = { channels, featureChannels: featureChannels[index]!, config: step, random: start, backprop };
      const flow = levelFlow(level, options);
      if (!level.split) return { flow };
      const split = splitPrior({ channels, random: start, arithmetic });
      channels /= 2;
      return { flow, split };
    }),
  );
}

function latentPlaces(
  config: DeFlowConfig,
  flow: MultiScaleFlow,
  featureChannels: readonly number[],
  random: Random,
): LatentPlace[] {
  const size = sizeMultiple(config);
  const shapes = flow.latentShapes([size, size, 3]);
  const leaving = config.levels.flatMap(({ split }, level) =>
    split || level === config.levels.length - 1 ? [level] : [],
  );
  return leaving.map((level, index) => {
    const channels = shapes[index]![2]!;
    const options = { channels, featureChannels: featureChannels[level]!, config: startingShift(config) };
    return { level, channels, shift: domainShift({ ...options, random: random.fork(`shift ${index}`) }) };
  });
}

/** The released recipes start Sigma at 0, where its gradient vanishes. */
const startingShift = ({ shift, compatibility }: DeFlowConfig): DeFlowConfig['shift'] =>
  compatibility === 'released' && shift.kind === 'full' ? { ...shift, start: 0 } : shift;
