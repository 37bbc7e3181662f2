import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  div,
  maximum,
  reshape,
  scalar,
  sqrt,
  square,
  squaredDifference,
  stack,
  sum,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tidy,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { createBackbone } from '../backbones/backbone.ts';
import { standardised, threeChannels } from '../backbones/input.ts';
import { networks } from '../backbones/networks.ts';
import { resizedBilinear } from '../tensors/bilinear.ts';
import { comparedBatches, nothing, prepared, type TensorComparisonOptions } from '../tensors/compared.ts';
import { channelMeans } from '../tensors/totals.ts';
import type { LpipsVariant, LpipsWeights } from './weights.ts';

export interface LpipsOptions extends TensorComparisonOptions {
  /** Sums the squared differences of all channels as they are (the authors' `lpips=False`); default false. */
  readonly unweighted?: boolean;
}

/** LPIPS with its weights on the device. All tensors are float32 and differentiable; each result belongs to the caller. */
export interface Lpips extends LpipsVariant {
  /**
   * The distance of each pair, [batch]: 0 for identical images, more for less similar ones.
   *
   * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError (below 31 pixels a side with alex,
   * 16 with vgg, 17 with squeeze), ValueRangeError
   */
  distance(image: Tensor4D, reference: Tensor4D, options: LpipsOptions): Tensor1D;
  /** What each place adds to the distance, [batch, places]. */
  layers(image: Tensor4D, reference: Tensor4D, options: LpipsOptions): Tensor2D;
  /** Where the images differ, [batch, height, width, 1]: the sum of the places' maps, enlarged bilinearly. */
  map(image: Tensor4D, reference: Tensor4D, options: LpipsOptions): Tensor4D;
  /** The weights, for `compile(step, { state: lpips.variables })`; none of them is trained. */
  readonly variables: readonly Variable[];
  /** Frees the weights. */
  dispose(): void;
}

/** Samples of 0..255 become -1..1; from version 0.1 on these are scaled with ImageNet's mean and deviation. */
const scalings = {
  '0.0': { shift: [127.5, 127.5, 127.5], scale: [127.5, 127.5, 127.5] },
  '0.1': {
    shift: [127.5 * (1 - 0.03), 127.5 * (1 - 0.088), 127.5 * (1 - 0.188)],
    scale: [127.5 * 0.458, 127.5 * 0.448, 127.5 * 0.45],
  },
} as const;

/** Learned perceptual image patch similarity (Zhang, Isola, Efros, Shechtman, Wang 2018) with these weights. */
export function createLpips({ network, version, backbone: backboneWeights, heads: headWeights }: LpipsWeights): Lpips {
  const backbone = createBackbone(backboneWeights);
  const heads = headWeights.map((data) => tidy(() => variable(tensor2d(data, [data.length, 1]), false)));
  const name = `LPIPS (${network})`;
  const { minimum } = networks[network];

  const { shift, scale } = scalings[version];
  const input = (x: Tensor4D): Tensor4D => standardised(threeChannels(x), shift, scale);
  const maps = (image: Tensor4D, reference: Tensor4D, unweighted = false): Tensor4D[] => {
    const [features, others] = [backbone.features(input(image)), backbone.features(input(reference))];
    return differenceMaps(features, others, unweighted ? undefined : heads);
  };
  const layers = (image: Tensor4D, reference: Tensor4D, { unweighted }: LpipsOptions): Tensor2D => {
    const means = maps(image, reference, unweighted).map((map) => reshape(channelMeans(map), [image.shape[0]]));
    return stack(means, 1) as Tensor2D;
  };

  return {
    network,
    version,
    variables: [...backbone.variables, ...heads],
    distance: (image, reference, options) =>
      comparedBatches(name, image, reference, { ...options, minimum }, (x, y) => sum(layers(x, y, options), 1)),
    layers: (image, reference, options) =>
      tidy(() => {
        const [x, y] = prepared(name, image, reference, { ...options, minimum });
        return add(layers(x, y, options), reshape(nothing(x, y), [x.shape[0], 1])) as Tensor2D;
      }),
    map: (image, reference, options) =>
      tidy(() => {
        const [x, y] = prepared(name, image, reference, { ...options, minimum });
        const [batch, height, width] = x.shape;
        const enlarged = maps(x, y, options.unweighted).map((map) => resizedBilinear(map, height, width));
        const total = enlarged.reduce((all, map) => add(all, map));
        return add(total, reshape(nothing(x, y), [batch, 1, 1, 1])) as Tensor4D;
      }),
    dispose() {
      backbone.dispose();
      for (const head of heads) head.dispose();
    },
  };
}

/**
 * For each place the squared difference of features of length 1, weighted by channel and summed over the channels,
 * [batch, height, width, 1].
 */
export function differenceMaps(
  features: readonly Tensor4D[],
  others: readonly Tensor4D[],
  heads: readonly Tensor2D[] | undefined,
): Tensor4D[] {
  return features.map((feature, place) => {
    const difference = squaredDifference(ofUnitLength(feature), ofUnitLength(others[place]!)) as Tensor4D;
    const head = heads?.[place];
    if (!head) return sum(difference, 3, true);
    const [batch, height, width, channels] = difference.shape;
    return reshape(matrixProduct(reshape(difference, [batch * height * width, channels]), head), [
      batch,
      height,
      width,
      1,
    ]);
  });
}

/** Divided by the length over all channels; vectors of (almost) 0 become 0, with the gradient 0. */
function ofUnitLength(x: Tensor4D): Tensor4D {
  const least = 1e-20;
  return div(x, sqrt(maximum(sum(square(x), 3, true), scalar(least))));
}
