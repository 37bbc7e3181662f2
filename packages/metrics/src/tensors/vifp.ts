import {
  add,
  div,
  log,
  maximum,
  mul,
  relu,
  scalar,
  split,
  square,
  step,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { comparedBatches, type TensorComparisonOptions } from './compared.ts';
import { gaussian, joined, type SeparableFilter, validFilter } from './filter.ts';
import { imageSums } from './totals.ts';

export type VifpOptions = TensorComparisonOptions;

const windows = [17, 9, 5, 3].map((size) => gaussian(size, size / 5));
const epsilon = 1e-8;
const noiseVariance = 2;
const middle = 127.5;

/**
 * Visual information fidelity in the pixel domain (Sheikh, Bovik 2006) of the luma of each image, [batch], as piq gives
 * it; float32, differentiable. 1 for identical images.
 *
 * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError (below 41 pixels a side), ValueRangeError
 */
export function vifp(image: Tensor4D, reference: Tensor4D, options: VifpOptions): Tensor1D {
  return comparedBatches('VIFp', image, reference, { ...options, colour: 'luma', minimum: 41 }, (x, y) => {
    // Less mid-grey: the same variances with fewer digits lost.
    let both = sub(joined(x, y), scalar(middle)) as Tensor4D;
    let seen: Tensor = scalar(epsilon);
    let available: Tensor = scalar(epsilon);
    windows.forEach((window, scale) => {
      if (scale > 0) both = validFilter(both, window, 2);
      const information = scaleInformation(both, window);
      seen = add(seen, information.seen);
      available = add(available, information.available);
    });
    return div(seen, available) as Tensor1D;
  });
}

/** Natural logarithms: their base cancels, but for the epsilon of 1e-8. */
function scaleInformation(both: Tensor4D, window: SeparableFilter) {
  const [d, r] = split(both, 2, 3);
  const moments = validFilter(joined(both, square(both), mul(d!, r!)), window);
  const [meanD, meanR, squareD, squareR, cross] = split(moments, 5, 3);
  const varianceD = relu(sub(squareD!, square(meanD!)));
  const variance = relu(sub(squareR!, square(meanR!)));
  const covariance = sub(cross!, mul(meanD!, meanR!));
  const structured = step(sub(variance, scalar(epsilon)));
  const varianceR = mul(variance, structured);
  const both01 = mul(structured, step(sub(varianceD, scalar(epsilon))));
  const gain = mul(relu(div(covariance, add(variance, scalar(epsilon)))), both01);
  const rest = maximum(sub(varianceD, mul(gain, covariance)), scalar(epsilon));
  const noise = scalar(noiseVariance);
  const bits = (ratio: Tensor) => imageSums(mul(log(add(ratio, scalar(1))), scalar(1 / Math.LN10)));
  return {
    seen: bits(div(mul(square(gain), varianceR), add(rest, noise))),
    available: bits(div(varianceR, noise)),
  };
}
