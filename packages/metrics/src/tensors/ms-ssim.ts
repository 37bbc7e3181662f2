import { OptionError } from '@deflow/images';
import {
  add,
  concat,
  exp,
  log,
  mean,
  mul,
  relu,
  scalar,
  slice,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import type { Colour } from '../input/colour.ts';
import type { MsSsimConvention } from '../ms-ssim/ms-ssim.ts';
import { comparedBatches, type TensorComparisonOptions } from './compared.ts';
import { blockMeans, gaussian } from './filter.ts';
import { filteredSamples } from './shrink.ts';
import { similarityMaps } from './similarity.ts';
import { safePower } from './smooth.ts';
import { channelMeans } from './totals.ts';

export interface MsSsimOptions extends TensorComparisonOptions {
  /** Default `wang`. It also fixes `colour`, unless that is given. */
  readonly convention?: MsSsimConvention;
  readonly colour?: Colour;
  /** Default `product`; `sum`: the weighted mean of the levels' terms. */
  readonly combination?: 'product' | 'sum';
}

const window = gaussian(11, 1.5);
const weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];
const minimum = 161;

const conventions: Record<MsSsimConvention, { colour: Colour; halve: (x: Tensor4D) => Tensor4D; clipped: boolean }> = {
  wang: { colour: 'rgb2gray', halve: (x) => filteredSamples(x, 2), clipped: false },
  piq: { colour: 'rgb', halve: (x) => blockMeans(extended(x), 2), clipped: true },
};

/**
 * Multi-scale structural similarity over five scales of each image, [batch], in the conventions of the host's `msSsim`;
 * float32, differentiable. Higher is better. A product with a negative term is NaN with `wang`, 0 with `piq`.
 *
 * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError (below 161 pixels a side),
 * ValueRangeError
 */
export function msSsim(image: Tensor4D, reference: Tensor4D, options: MsSsimOptions): Tensor1D {
  const { convention: name = 'wang', combination = 'product' } = options;
  const convention = conventions[name];
  if (!convention || (combination !== 'product' && combination !== 'sum'))
    throw new OptionError(`There is no MS-SSIM of convention ${name} and combination ${combination}.`, {
      value: { convention: name, combination },
      remedy: 'Conventions are wang and piq, combinations product and sum.',
    });
  const { clipped, halve, colour } = convention;
  return comparedBatches(
    'MS-SSIM',
    image,
    reference,
    { ...options, colour: options.colour ?? colour, minimum },
    (x, y) => {
      const terms = levelTerms(x, y, halve).map((term) => (clipped ? relu(term) : term));
      const power = (term: Tensor, weight: number) =>
        clipped ? safePower(term, weight) : exp(mul(log(term), scalar(weight)));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const combined =
        combination === 'product'
          ? terms.map((term, level) => power(term, weights[level]!)).reduce((product, each) => mul(product, each))
          : terms
              .map((term, level) => mul(term, scalar(weights[level]! / total)))
              .reduce((sum, each) => add(sum, each));
      return mean(combined, 1) as Tensor1D;
    },
  );
}

/** Contrast and structure of all levels but the last, whose whole SSIM counts; each [batch, channels]. */
function levelTerms(x: Tensor4D, y: Tensor4D, halve: (x: Tensor4D) => Tensor4D): Tensor[] {
  let [left, right] = [x, y];
  return weights.map((_, level) => {
    if (level > 0) [left, right] = [halve(left), halve(right)];
    const { ssim, contrastStructure } = similarityMaps(left, right, { window });
    return channelMeans(level < weights.length - 1 ? contrastStructure : ssim);
  });
}

/** One more row at the top and one more column at the left, copies of the first ones, where a side is odd. */
function extended(x: Tensor4D): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (height % 2 === 0 && width % 2 === 0) return x;
  const taller = concat([slice(x, [0, 0, 0, 0], [batch, 1, width, channels]), x], 1);
  return concat([slice(taller, [0, 0, 0, 0], [batch, height + 1, 1, channels]), taller], 2);
}
