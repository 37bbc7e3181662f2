import type { Tensor4D } from '@tensorflow/tfjs-core';
import { InvalidSampleError, SampleRangeError } from '../input/errors.ts';
import { blackAndWhite, type TensorRange } from './compared.ts';

/**
 * Reads a tensor and checks its samples: the metrics themselves never wait for values, they give NaN for an image that
 * holds NaN, and take values outside of the range for overshoot.
 *
 * @throws InvalidSampleError for NaN and infinity, SampleRangeError for a sample so far outside (by more than white is
 * above black) that another range must be meant, ValueRangeError
 */
export async function checkSamples(x: Tensor4D, { range }: { readonly range: TensorRange }): Promise<void> {
  const [black, white] = blackAndWhite(range);
  const reach = white - black;
  const samples = await x.data();
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    if (sample >= black - reach && sample <= white + reach) continue;
    if (!Number.isFinite(sample)) throw new InvalidSampleError(i, sample);
    throw new SampleRangeError(i, sample, white);
  }
}
