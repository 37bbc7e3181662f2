import { checkImage, type Image, OptionError } from '@deflow/images';
import { AlphaChannelError, InvalidSampleError, SampleRangeError } from './errors.ts';

/** Samples whose white is stated: `range` (black is 0), whatever their type. */
export interface RangedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Row by row, channels interleaved. */
  readonly data: Image['data'];
  /** The value of white, for example 255 for a Float32Array of 0..255. */
  readonly range: number;
}

/** What is measured: an image, whose sample type fixes the range (0..255, 0..65535, 0..1), or samples with a stated range. */
export type MeasuredImage = Image | RangedImage;

/** One float64 array for each channel, `height` rows of `width` samples, black 0 and white 255. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly planes: readonly Float64Array[];
}

/**
 * Throws unless the image can be measured; gives its white.
 *
 * @throws ImageSizeError, AlphaChannelError, OptionError (a range that is not above 0), InvalidSampleError, SampleRangeError
 */
export function checkMeasured(image: MeasuredImage): number {
  checkImage(image);
  const { channels, data } = image;
  if (channels === 2 || channels === 4) throw new AlphaChannelError(channels);
  const range = whiteOf(image);
  if (!(range > 0 && Number.isFinite(range)))
    throw new OptionError(`White cannot be ${range}.`, {
      value: range,
      remedy: 'State the value of white, above 0: { ...image, range: 255 }.',
    });
  if ('range' in image || data instanceof Float32Array || data instanceof Float64Array) checkSamples(data, range);
  return range;
}

/** 8-bit samples stay what they are, all others are scaled so that white is 255. */
export function toPlanes(image: MeasuredImage): Planes {
  const range = checkMeasured(image);
  const { width, height, channels, data } = image;
  const planes = Array.from({ length: channels }, (_, channel) => {
    const plane = new Float64Array(width * height);
    if (range === 255) copyChannel(data, channel, channels, plane);
    else scaleChannel(data, channel, channels, plane, range);
    return plane;
  });
  return { width, height, planes };
}

function copyChannel(data: Image['data'], first: number, stride: number, plane: Float64Array): void {
  if (stride === 1) plane.set(data);
  else for (let i = 0, j = first; i < plane.length; i++, j += stride) plane[i] = data[j]!;
}

function scaleChannel(data: Image['data'], first: number, stride: number, plane: Float64Array, range: number): void {
  for (let i = 0, j = first; i < plane.length; i++, j += stride) plane[i] = (data[j]! * 255) / range;
}

function whiteOf(image: MeasuredImage): number {
  if ('range' in image) return image.range;
  if (image.data instanceof Uint8Array) return 255;
  return image.data instanceof Uint16Array ? 65535 : 1;
}

/** Overshoot is fine; a sample beyond twice white, or as far below black, is a range that was not meant. */
function checkSamples(data: Image['data'], range: number): void {
  for (let i = 0; i < data.length; i++) {
    const sample = data[i]!;
    if (sample >= -range && sample <= 2 * range) continue;
    if (!Number.isFinite(sample)) throw new InvalidSampleError(i, sample);
    throw new SampleRangeError(i, sample, range);
  }
}
