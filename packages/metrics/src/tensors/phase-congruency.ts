import {
  abs,
  add,
  cast,
  customGrad,
  div,
  equal,
  mul,
  relu,
  reshape,
  scalar,
  slice,
  squeeze,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tensor3d,
  topk,
} from '@tensorflow/tfjs-core';
import { logGaborBank } from '../fsim/log-gabor.ts';
import { medianIndex } from '../fsim/median.ts';
import { planeTransforms } from './fourier.ts';
import { safeLength } from './smooth.ts';
import { fromMean } from './totals.ts';

/** Phase congruency of one channel, [batch, height, width, 1] (Kovesi 1999, noise compensation of Zhang et al. 2011). */
export function phaseCongruency(x: Tensor4D): Tensor4D {
  const [batch, height, width] = x.shape;
  const { filters, noiseFactors } = logGaborBank(width, height);
  const { forward, inverse } = planeTransforms(height, width);
  // No filter passes the mean; without it float32 keeps more of the rest.
  const spectrum = forward(squeeze(fromMean(x), [3]) as Tensor3D);
  const tiny = scalar(Number.EPSILON);
  const parts = filters.map((bank, orientation) => {
    const responses = bank.map((filter) => {
      const gain = tensor3d(Float32Array.from(filter), [1, height, width]);
      return inverse({ real: mul(spectrum.real, gain), imaginary: mul(spectrum.imaginary, gain) });
    });
    const amplitudes = responses.map(({ real, imaginary }) => safeLength(real, imaginary));
    const threshold = mul(lowerMedian(amplitudes[0]!), scalar(noiseFactors[orientation]!));
    const even = total(responses.map(({ real }) => real));
    const odd = total(responses.map(({ imaginary }) => imaginary));
    const length = add(safeLength(even, odd), tiny);
    const [cosine, sine] = [div(even, length), div(odd, length)];
    const energies = responses.map(({ real, imaginary }) =>
      sub(add(mul(real, cosine), mul(imaginary, sine)), abs(sub(mul(real, sine), mul(imaginary, cosine)))),
    );
    const energy = relu(sub(total(energies), reshape(threshold, [batch, 1, 1])));
    return { energy, amplitude: total(amplitudes) };
  });
  const energy = add(total(parts.map((part) => part.energy)), tiny);
  const amplitude = add(total(parts.map((part) => part.amplitude)), tiny);
  return reshape(div(energy, amplitude), [batch, height, width, 1]);
}

const total = (tensors: readonly Tensor[]): Tensor => tensors.reduce((sum, each) => add(sum, each));

/** The lower of the two middle values of each plane, [planes]; the gradient goes to where they stand. */
function lowerMedian(x: Tensor): Tensor {
  const [planes = 0, ...sides] = x.shape;
  const count = sides.reduce((product, side) => product * side, 1);
  const fromTop = count - 1 - medianIndex(count);
  return customGrad((input: Tensor | unknown, save) => {
    const rows = reshape(input as Tensor, [planes, count]);
    const { values } = topk(rows, fromTop + 1);
    const median = slice(values as Tensor2D, [0, fromTop], [planes, 1]);
    (save as (tensors: Tensor[]) => void)([rows, median]);
    return {
      value: reshape(median, [planes]),
      gradFunc: (dy: Tensor, [saved, middle]: Tensor[]) => {
        const there = cast(equal(saved!, middle!), 'float32');
        const share = div(there, sum(there, 1, true));
        return reshape(mul(share, reshape(dy, [planes, 1])), x.shape);
      },
    };
  })(x);
}
