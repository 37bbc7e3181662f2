import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  div,
  mul,
  reshape,
  scalar,
  split,
  sqrt,
  square,
  squaredDifference,
  stack,
  sub,
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
import { comparedBatches, type TensorComparisonOptions } from '../tensors/compared.ts';
import { validFilter, withZeros } from '../tensors/filter.ts';
import { channelMeans } from '../tensors/totals.ts';
import { type DistsWeights, stageChannels } from './weights.ts';

export interface DistsOptions extends TensorComparisonOptions {
  /** `authors` (default) divides the factors by their sum, 0.99999983; `piq` takes them as they are. */
  readonly convention?: 'authors' | 'piq';
}

/** DISTS with its weights on the device. All tensors are float32 and differentiable; each result belongs to the caller. */
export interface Dists {
  /**
   * The distance of each pair, [batch]: 0 for identical images, more for less similar ones. Nothing is resized; the
   * authors' script first makes the shorter side 256 pixels.
   *
   * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError (below 16 pixels a side), ValueRangeError
   */
  distance(image: Tensor4D, reference: Tensor4D, options: DistsOptions): Tensor1D;
  /** The weights, for `compile(step, { state: dists.variables })`; none of them is trained. */
  readonly variables: readonly Variable[];
  /** Frees the weights. */
  dispose(): void;
}

const mean = [0.485, 0.456, 0.406] as const;
const deviation = [0.229, 0.224, 0.225] as const;
const constant = 1e-6;

/** Deep image structure and texture similarity (Ding, Ma, Wang, Simoncelli 2020) with these weights. */
export function createDists({ backbone: backboneWeights, alpha, beta }: DistsWeights): Dists {
  const backbone = createBackbone(backboneWeights, { pool: lengthPool });
  const total = [...alpha, ...beta].reduce((sum, factor) => sum + factor, 0);
  const column = (data: Float32Array) => tidy(() => variable(tensor2d(data, [data.length, 1]), false));
  const factors = { texture: column(alpha), structure: column(beta) };

  const features = (x: Tensor4D): Tensor4D[] => [x, ...backbone.features(standardised(x, mean, deviation))];
  return {
    variables: [...backbone.variables, factors.texture, factors.structure],
    distance: (image, reference, options) =>
      comparedBatches('DISTS', image, reference, { ...options, minimum: networks.vgg.minimum }, (x, y) => {
        const unit = (each: Tensor4D) => mul(threeChannels(each), scalar(1 / 255)) as Tensor4D;
        const distance = weightedDistance(features(unit(x)), features(unit(y)), factors);
        return options.convention === 'piq'
          ? (add(distance, scalar(1 - total)) as Tensor1D)
          : (div(distance, scalar(total)) as Tensor1D);
      }),
    dispose() {
      backbone.dispose();
      factors.texture.dispose();
      factors.structure.dispose();
    },
  };
}

/** The root of the weighted mean of squares over 3 x 3 samples, at every second one. */
const lengthPool = (x: Tensor4D): Tensor4D => {
  const window = [0.25, 0.5, 0.25];
  const means = validFilter(withZeros(square(x), 1, 1), { down: window, along: window }, 2);
  return sqrt(add(means, scalar(1e-12))) as Tensor4D;
};

/**
 * Each channel's factors times 1 less its similarity, summed, [batch]. The differences from 1 are computed as such:
 * float32 would lose most of their digits in 1 - similarity.
 */
export function weightedDistance(
  features: readonly Tensor4D[],
  others: readonly Tensor4D[],
  { texture, structure }: { readonly texture: Tensor2D; readonly structure: Tensor2D },
): Tensor1D {
  const [textures, structures] = [texture, structure].map((each) => split(each, [...stageChannels], 0)) as [
    Tensor2D[],
    Tensor2D[],
  ];
  const terms = features.map((feature, stage) => {
    const { means, rest } = dissimilarities(feature, others[stage]!);
    return reshape(add(matrixProduct(means, textures[stage]!), matrixProduct(rest, structures[stage]!)), [
      feature.shape[0],
    ]);
  });
  return sum(stack(terms), 0);
}

/** 1 - (2 mx my + c) / (mx^2 + my^2 + c) of the means, 1 - (2 cov + c) / (vx + vy + c) of the rest, [batch, channels]. */
function dissimilarities(x: Tensor4D, y: Tensor4D) {
  const [batch, , , channels] = x.shape;
  const [meanX, meanY] = [channelMeans(x), channelMeans(y)];
  const centred = (each: Tensor4D, middle: Tensor2D) => sub(each, reshape(middle, [batch, 1, 1, channels])) as Tensor4D;
  const [a, b] = [centred(x, meanX), centred(y, meanY)];
  const c = scalar(constant);
  return {
    means: div(squaredDifference(meanX, meanY), add(add(square(meanX), square(meanY)), c)) as Tensor2D,
    rest: div(channelMeans(squaredDifference(a, b)), add(channelMeans(add(square(a), square(b))), c)) as Tensor2D,
  };
}
