import { OptionError, type Random } from '@deflow/images';
import { add, concat, leakyRelu, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type Conv2d, conv2d } from './conv2d.ts';
import { meanHalf, nearestHalf } from './halve.ts';
import { nearestUpsample } from './nearest-upsample.ts';
import type { ParameterTree } from './parameters.ts';
import { rrdb } from './rrdb.ts';

export interface RrdbEncoderOptions {
  /** How many times smaller than the image its input is: a power of two. */
  readonly scale: number;
  /** The flow levels that features are made for; level l has the size of the image divided by 2^l. */
  readonly levels?: readonly number[];
  readonly inputChannels?: number;
  readonly channels?: number;
  /** Channels that each convolution of a dense block adds. */
  readonly growth?: number;
  readonly blocks?: number;
  /** The blocks, counted from 0, whose outputs every level also gets. */
  readonly taps?: readonly number[];
  readonly random: Random;
}

/** Features before they are put together. */
export type RrdbFeatures = {
  /** One for each entry of `levels`: [batch, height, width, channels] at the level's size. */
  readonly own: Tensor[];
  /** The outputs of the tapped blocks, [batch, h, w, taps * channels] at the input's size; absent without taps. */
  readonly blocks: Tensor | undefined;
};

export interface RrdbEncoder {
  /** Named as in the published checkpoints: `conv_first`, `RRDB_trunk.0.RDB1.conv1`, `trunk_conv`, `upconv1`. */
  readonly parameters: ParameterTree;
  readonly levels: readonly number[];
  /** Channels of every tensor that `apply` gives: channels * (1 + taps). */
  readonly featureChannels: number;
  /** From the small image [batch, h, w, inputChannels] the features of each level, own channels first, then the tapped blocks. */
  apply(x: Tensor): Tensor[];
  /**
   * The same without enlarging the tapped blocks: `apply` is `joinRrdbFeatures` of it. The enlarged blocks are mere copies,
   * so a convolution over them can be computed at the small size.
   */
  features(x: Tensor): RrdbFeatures;
}

/**
 * The feature network of SRFlow and DeFlow: conv_first, RRDB blocks, t + trunk_conv(t) with t the output of the LAST block
 * (ESRGAN's skip starts at conv_first), then for larger levels lrelu_0.2(upconv(nearest x2)), for smaller ones 2x2 means.
 * The defaults are the published network. @throws OptionError
 */
export function rrdbEncoder(options: RrdbEncoderOptions): RrdbEncoder {
  const { scale, levels = [1, 2, 3], inputChannels = 3, channels = 64, growth = 32, blocks = 23, random } = options;
  const { taps = [1, 8, 15, 22] } = options;
  const enlargements = Math.log2(scale);
  checkOptions({ scale, levels, blocks, taps });
  const convolution = (from: number): Conv2d =>
    conv2d({ inputChannels: from, outputChannels: channels, kernelSize: 3, random });
  const first = convolution(inputChannels);
  const trunk = Array.from({ length: blocks }, () => rrdb({ channels, growth, random }));
  const trunkConvolution = convolution(channels);
  const ups = Array.from({ length: Math.max(0, enlargements - Math.min(...levels)) }, () => convolution(channels));

  const features = (x: Tensor): RrdbFeatures =>
    tidy(() => {
      let value = first.apply(x);
      const outputs = trunk.map((block) => (value = block.apply(value)));
      const atLevel = new Map([[enlargements, add(value, trunkConvolution.apply(value))]]);
      ups.forEach((layer, index) => {
        const enlarged = nearestUpsample(2).apply(atLevel.get(enlargements - index)!);
        atLevel.set(enlargements - index - 1, leakyRelu(layer.apply(enlarged), 0.2));
      });
      for (let level = enlargements + 1; level <= Math.max(...levels); level++) {
        atLevel.set(level, meanHalf(atLevel.get(level - 1)!));
      }
      const tapped = taps.map((tap) => outputs[tap]!);
      return {
        own: levels.map((level) => atLevel.get(level)!),
        blocks: tapped.length > 0 ? concat(tapped, 3) : undefined,
      };
    });

  return {
    parameters: {
      conv_first: first.parameters,
      RRDB_trunk: trunk.map((block) => block.parameters),
      trunk_conv: trunkConvolution.parameters,
      ...Object.fromEntries(ups.map((layer, index) => [`upconv${index + 1}`, layer.parameters])),
    },
    levels,
    featureChannels: channels * (1 + taps.length),
    apply: (x) => tidy(() => joinRrdbFeatures(features(x))),
    features,
  };
}

/** Appends the tapped blocks to every level's own channels, resized to its size by nearest neighbour. */
export function joinRrdbFeatures({ own, blocks }: RrdbFeatures): Tensor[] {
  if (!blocks) return own.map((level) => level.clone());
  return tidy(() => own.map((level) => concat([level, matchHeight(blocks, level.shape[1]!)], 3)));
}

function matchHeight(x: Tensor, height: number): Tensor {
  const factor = height / x.shape[1]!;
  if (factor >= 1) return factor === 1 ? x : nearestUpsample(factor).apply(x);
  return matchHeight(nearestHalf(x), height);
}

function checkOptions({
  scale,
  levels,
  blocks,
  taps,
}: Record<'levels' | 'taps', readonly number[]> & Record<'scale' | 'blocks', number>): void {
  const problem = (message: string, remedy: string, value: unknown) => new OptionError(message, { remedy, value });
  if (scale < 1 || !Number.isInteger(Math.log2(scale))) {
    throw problem(`The scale ${scale} is no power of two.`, 'Use 1, 2, 4 or 8.', scale);
  }
  if (levels.length === 0 || levels.some((level) => !Number.isInteger(level) || level < 0)) {
    throw problem(`The levels are [${levels}].`, 'Give at least one whole number from 0 on.', levels);
  }
  if (taps.some((tap) => !Number.isInteger(tap) || tap < 0 || tap >= blocks)) {
    throw problem(`The taps [${taps}] name blocks that are not there.`, `Use numbers from 0 to ${blocks - 1}.`, taps);
  }
}
