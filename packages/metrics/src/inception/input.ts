import { clipByValue, mul, scalar, sub, type Tensor4D } from '@tensorflow/tfjs-core';
import { threeChannels } from '../backbones/input.ts';
import { checkMeasured, type MeasuredImage, rowsOf } from '../input/planes.ts';
import { type AxisMatrix, matrixFilter } from '../tensors/filter.ts';
import { inceptionSide } from './layers.ts';
import { type InceptionConvention, tapsOf } from './resampling.ts';

/** What 0..255 becomes: -1..1, or as TensorFlow's graph computes it, (v - 128) / 128. */
const scalings: Readonly<Record<InceptionConvention, { readonly middle: number; readonly reach: number }>> = {
  pytorch: { middle: 127.5, reach: 127.5 },
  tensorflow: { middle: 128, reach: 128 },
  clean: { middle: 128, reach: 128 },
};

/**
 * An image as the network wants it, 299 x 299 x 3 samples, resized in float64.
 *
 * @throws ImageSizeError, AlphaChannelError, InvalidSampleError, SampleRangeError
 */
export function networkInput(image: MeasuredImage, convention: InceptionConvention): Float32Array {
  checkMeasured(image);
  const { height, width, read } = rowsOf(image);
  const { channels } = image;
  const along = tapsOf(convention, width);
  const users = Array.from({ length: height }, (): { row: number; weight: number }[] => []);
  tapsOf(convention, height).forEach(({ first, weights }, row) => {
    weights.forEach((weight, i) => {
      users[first + i]!.push({ row, weight });
    });
  });

  const length = inceptionSide * channels;
  const resized = new Float64Array(inceptionSide * length);
  const line = new Float64Array(length);
  users.forEach((rows, y) => {
    if (rows.length === 0) return;
    const samples = read(y);
    along.forEach(({ first, weights }, x) => {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let i = 0; i < weights.length; i++) sum += weights[i]! * samples[(first + i) * channels + channel]!;
        line[x * channels + channel] = sum;
      }
    });
    for (const { row, weight } of rows)
      for (let i = 0; i < length; i++) resized[row * length + i]! += weight * line[i]!;
  });

  const { middle, reach } = scalings[convention];
  const scaled = Float32Array.from(resized, (value) => {
    const kept = convention === 'clean' ? Math.min(Math.max(value, 0), 255) : value;
    return (kept - middle) / reach;
  });
  if (channels === 3) return scaled;
  return Float32Array.from({ length: 3 * scaled.length }, (_, i) => scaled[Math.floor(i / 3)]!);
}

/** The same of a batch on the device with values 0..255. */
export function tensorInput(x: Tensor4D, convention: InceptionConvention): Tensor4D {
  const [, height, width] = x.shape;
  const sized =
    height === inceptionSide && width === inceptionSide
      ? x
      : matrixFilter(x, matrixOf(convention, height), matrixOf(convention, width));
  const { middle, reach } = scalings[convention];
  const kept = convention === 'clean' ? clipByValue(sized, 0, 255) : sized;
  return threeChannels(mul(sub(kept, scalar(middle)), scalar(1 / reach)));
}

function matrixOf(convention: InceptionConvention, length: number): AxisMatrix {
  const data = new Float32Array(inceptionSide * length);
  tapsOf(convention, length).forEach(({ first, weights }, row) => {
    data.set(weights, row * length + first);
  });
  return { rows: inceptionSide, columns: length, data };
}
