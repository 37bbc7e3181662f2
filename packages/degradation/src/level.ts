import {
  type Context,
  type FlowLayer,
  fixedBasis,
  lumaHaarBasis,
  type SplitLayer,
  sequential,
  splitPrior,
  squeeze,
} from '@deflow/flows';
import type { Random } from '@deflow/images';
import type { ParameterTree } from '@deflow/nn';
import { add, type Tensor1D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { DeFlowConfig, LevelConfig } from './config.ts';
import { type DomainShift, domainShift } from './domain-shift.ts';
import { conditionalStep, transitionStep } from './flow-step.ts';

/** What a level makes of its input: a part that goes on to the next level, a part that is a latent, or both (a split). */
export interface LevelOutput {
  readonly passed?: Tensor4D;
  readonly latent?: Tensor4D;
  readonly logDet: Tensor1D;
}

/** One level of the flow: squeeze, steps, and a split or the end. */
export interface Level {
  readonly parameters: ParameterTree;
  readonly channels: number;
  /** Channels that go on to the next level. */
  readonly passedChannels: number;
  /** Channels of the latent; 0 at levels that have none. */
  readonly latentChannels: number;
  /** Of the latent, where there is one. */
  readonly shift?: DomainShift;
  encode(x: Tensor4D, context: Context): LevelOutput;
  decode(passed: Tensor4D | undefined, latent: Tensor4D | undefined, context: Context): Tensor4D;
  prepare(features: Tensor4D): Context;
  initialize(x: Tensor4D, context: Context): void;
}

export interface LevelOptions {
  /** Channels that come in, before the squeeze. */
  readonly inputChannels: number;
  readonly featureChannels: number;
  readonly level: LevelConfig;
  readonly last: boolean;
  readonly config: DeFlowConfig;
  readonly random: Random;
}

function flowOf({ inputChannels, featureChannels, level, config, random }: LevelOptions): FlowLayer {
  const options = { channels: 4 * inputChannels, featureChannels, config: config.step, random };
  const repeat = (name: string, count: number, make: () => FlowLayer) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}${index}`, make()]));
  return sequential(
    {
      squeeze: squeeze(),
      ...(level.basis ? { basis: fixedBasis({ matrix: lumaHaarBasis(), kind: 'lumaHaarBasis' }) } : {}),
      ...repeat('transition', level.transitionSteps, () => transitionStep(options)),
      ...repeat('step', level.steps, () => conditionalStep(options)),
    },
    { kind: 'level' },
  );
}

/** Builds one level. */
export function createLevel(options: LevelOptions): Level {
  const { inputChannels, featureChannels, level, last, config, random } = options;
  const channels = 4 * inputChannels;
  const flow = flowOf(options);
  const split: SplitLayer | undefined = level.split ? splitPrior({ channels, random }) : undefined;
  const latentChannels = split ? channels / 2 : last ? channels : 0;
  const shift =
    latentChannels > 0
      ? domainShift({ channels: latentChannels, featureChannels, config: config.shift, random })
      : undefined;

  return {
    parameters: {
      flow: flow.parameters,
      ...(split ? { split: split.parameters } : {}),
      ...(shift ? { shift: shift.parameters } : {}),
    },
    channels,
    passedChannels: last ? 0 : split ? channels / 2 : channels,
    latentChannels,
    ...(shift ? { shift } : {}),
    encode(x, context) {
      const { z, logDet } = flow.forward(x, context);
      if (!shift) return { passed: z as Tensor4D, logDet };
      const parts = split ? split.forward(z) : { latent: z, logDet: undefined };
      const rotated = shift.rotation?.forward(parts.latent);
      const total = [parts.logDet, rotated?.logDet].reduce<Tensor1D>(
        (sum, part) => (part ? (add(sum, part) as Tensor1D) : sum),
        logDet,
      );
      return {
        ...('passed' in parts ? { passed: parts.passed as Tensor4D } : {}),
        latent: (rotated?.z ?? parts.latent) as Tensor4D,
        logDet: total,
      };
    },
    decode(passed, latent, context) {
      const unrotated = latent && shift?.rotation ? shift.rotation.inverse(latent).x : latent;
      const z = split ? split.inverse(passed!, unrotated!).x : (unrotated ?? passed!);
      return flow.inverse(z, context).x as Tensor4D;
    },
    prepare: (features) => flow.prepare?.(features) ?? features,
    initialize: (x, context) => flow.initialize?.(x, context),
  };
}
