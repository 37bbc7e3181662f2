import {
  abs,
  add,
  atan2,
  cos,
  div,
  maximum,
  mul,
  pow,
  scalar,
  sin,
  square,
  step,
  sub,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { mixed } from './colour.ts';
import { comparedBatches, type TensorComparisonOptions } from './compared.ts';
import { blockMeans, withZeros } from './filter.ts';
import { channelsOf, gradientMagnitude } from './gradient.ts';
import { shrinkFactor } from './shrink.ts';
import { ratioSimilarity, safeLength, safePower } from './smooth.ts';
import { fromMean, imageMeans } from './totals.ts';

export interface MdsiOptions extends TensorComparisonOptions {
  /** How gradient and colour similarity are combined; default `sum`. */
  readonly combination?: 'sum' | 'product';
}

const gradientConstants = { own: 140, shared: 55 };
const colourConstant = 550;

/**
 * Mean deviation similarity index (Nafchi, Shahkolaei, Hedjam, Cheriet 2016) of each image, [batch]; float32,
 * differentiable. Lower is better; not symmetric.
 *
 * @throws TensorShapeError, SizeMismatchError, AlphaChannelError, ImageTooSmallError (below 2 pixels a side), ValueRangeError
 */
export function mdsi(image: Tensor4D, reference: Tensor4D, options: MdsiOptions): Tensor1D {
  return comparedBatches('MDSI', image, reference, { ...options, minimum: 2 }, (x, y) => {
    const [l, ...chroma] = channelsOf(opponents(x));
    const [otherL, ...otherChroma] = channelsOf(opponents(y));
    const shared = gradientMagnitude(mul(add(l!, otherL!), scalar(0.5)), 'prewitt');
    const [d, r] = [gradientMagnitude(l!, 'prewitt'), gradientMagnitude(otherL!, 'prewitt')];
    const gradient = sub(
      add(ratioSimilarity(r, d, gradientConstants.own), ratioSimilarity(d, shared, gradientConstants.shared)),
      ratioSimilarity(r, shared, gradientConstants.shared),
    );
    const colour = chromaSimilarity(chroma, otherChroma);
    const { real, imaginary } =
      options.combination === 'product'
        ? complexPower(product(principalPower(gradient, 0.2), principalPower(colour, 0.1)), 1 / 4)
        : principalPower(add(mul(gradient, scalar(0.6)), mul(colour, scalar(0.4))), 1 / 4);
    const distance = safeLength(fromMean(real), fromMean(imaginary));
    return safePower(imageMeans(distance), 1 / 4) as Tensor1D;
  });
}

/** L, H and M, shrunk as piq does: means of blocks after a border of zeros. */
function opponents(x: Tensor4D): Tensor4D {
  const channels = mixed(x, [
    [0.2989, 0.587, 0.114],
    [0.3, 0.04, -0.35],
    [0.34, -0.6, 0.17],
  ]);
  const factor = shrinkFactor(x);
  return blockMeans(
    withZeros(channels, Math.floor((factor - 1) / 2), factor === 1 ? 0 : Math.floor(factor / 2)),
    factor,
  );
}

function chromaSimilarity([h, m]: readonly Tensor4D[], [otherH, otherM]: readonly Tensor4D[]): Tensor {
  const constant = scalar(colourConstant);
  const products = add(mul(h!, otherH!), mul(m!, otherM!));
  const squares = add(add(square(h!), square(otherH!)), add(square(m!), square(otherM!)));
  return div(add(mul(products, scalar(2)), constant), add(squares, constant));
}

interface Complex {
  readonly real: Tensor;
  readonly imaginary: Tensor;
}

/** The product of the real parts beside the sum of the imaginary ones, as published values have it. */
const product = (a: Complex, b: Complex): Complex => ({
  real: mul(a.real, b.real),
  imaginary: add(a.imaginary, b.imaginary),
});

/** The principal power of a real number, complex where that is negative. */
function principalPower(x: Tensor, exponent: number): Complex {
  const length = pow(maximum(abs(x), scalar(1e-36)), scalar(exponent));
  const positive = step(x);
  const negative = sub(scalar(1), positive);
  const angle = Math.PI * exponent;
  return {
    real: mul(length, add(positive, mul(negative, scalar(Math.cos(angle))))),
    imaginary: mul(length, mul(negative, scalar(Math.sin(angle)))),
  };
}

/** The principal power of a complex number. */
function complexPower({ real, imaginary }: Complex, exponent: number): Complex {
  const shifted = add(real, scalar(1e-18));
  const length = pow(add(square(shifted), square(imaginary)), scalar(exponent / 2));
  const angle = mul(atan2(imaginary, shifted), scalar(exponent));
  return { real: mul(length, cos(angle)), imaginary: mul(length, sin(angle)) };
}
