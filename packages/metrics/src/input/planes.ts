import { checkImage, type Image, OptionError } from '@deflow/images';
import type { Plane } from '../filters/decimate.ts';
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
 * Throws unless the image can be measured.
 *
 * @throws ImageSizeError, AlphaChannelError, InvalidSampleError, SampleRangeError, OptionError (a range that is not above 0)
 */
export function checkMeasured(image: MeasuredImage): void {
  checkImage(image);
  if (image.channels === 2 || image.channels === 4) throw new AlphaChannelError(image.channels);
  checkSamples(image);
}

/** Throws unless all samples fit the image's range; gives its white. */
export function checkSamples(image: MeasuredImage): number {
  const { data } = image;
  const range = whiteOf(image);
  if (!(range > 0 && Number.isFinite(range)))
    throw new OptionError(`White cannot be ${range}.`, {
      value: range,
      remedy: 'State the value of white, above 0: { ...image, range: 255 }.',
    });
  const stated = 'range' in image || data instanceof Float32Array || data instanceof Float64Array;
  if (stated) checkRange(data, range);
  return range;
}

/**
 * The planes of an image that `checkMeasured` has passed, without `border` pixels at each side. 8-bit samples stay what they
 * are, all others are scaled so that white is 255.
 */
export function toPlanes(image: MeasuredImage, border = 0): Planes {
  const { width, height, read } = rowsOf(image, border);
  const planes = Array.from({ length: image.channels }, () => new Float64Array(width * height));
  for (let y = 0; y < height; y++) {
    const row = read(y);
    planes.forEach((plane, channel) => {
      copyChannel(row, channel, image.channels, plane, y * width);
    });
  }
  return { width, height, planes };
}

/** Blocks of `factor` x `factor` samples, `columns` times `rows` of them, the first of which begins `before` samples outside of the image. */
export interface Blocks {
  readonly factor: number;
  readonly before: number;
  readonly columns: number;
  readonly rows: number;
}

/** The planes of `toPlanes` shrunk to the means of blocks; samples outside of the image are 0 and count. */
export function toBlockMeans(image: MeasuredImage, blocks: Blocks, border = 0): Planes {
  const { width, height, read } = rowsOf(image, border);
  const { factor, before, columns, rows } = blocks;
  const planes = Array.from({ length: image.channels }, () => new Float64Array(columns * rows));
  const end = Math.min(height, rows * factor - before);
  for (let y = 0; y < end; y++) {
    const row = read(y);
    const target = Math.floor((y + before) / factor) * columns;
    planes.forEach((plane, channel) => {
      addBlocks(row, { channel, stride: image.channels, width }, blocks, plane, target);
    });
  }
  for (const plane of planes) for (let i = 0; i < plane.length; i++) plane[i]! /= factor * factor;
  return { width: columns, height: rows, planes };
}

/** One channel of a row of interleaved samples. */
interface RowChannel {
  readonly channel: number;
  readonly stride: number;
  readonly width: number;
}

function addBlocks(row: Float64Array, from: RowChannel, blocks: Blocks, plane: Float64Array, target: number): void {
  const { channel, stride, width } = from;
  const { factor, before, columns } = blocks;
  for (let x = 0; x < columns; x++) {
    const start = Math.max(x * factor - before, 0) * stride + channel;
    const end = Math.min((x + 1) * factor - before, width) * stride;
    let sum = 0;
    for (let i = start; i < end; i += stride) sum += row[i]!;
    plane[target + x]! += sum;
  }
}

/** What red, green and blue are multiplied by, and what is added. */
export interface Mixture {
  readonly weights: readonly [number, number, number];
  readonly offset: number;
}

/** One mixture of the colours, of samples as `toPlanes` gives them; a grey image counts as three equal channels. */
export function toMixedPlane(image: MeasuredImage, mixture: Mixture, border = 0): Plane {
  const { width, height, read } = rowsOf(image, border);
  const data = new Float64Array(width * height);
  const mix = image.channels === 1 ? mixGrey : mixColours;
  for (let y = 0; y < height; y++) mix(read(y), mixture, data, y * width);
  return { width, height, data };
}

/** The size inside of the border, and its rows in float64, each in the same memory. */
export function rowsOf(image: MeasuredImage, border = 0) {
  const range = whiteOf(image);
  const { channels, data } = image;
  const width = image.width - 2 * border;
  const row = new Float64Array(width * channels);
  const read = (y: number): Float64Array => {
    const start = ((y + border) * image.width + border) * channels;
    row.set(data.subarray(start, start + row.length));
    if (range !== 255) for (let i = 0; i < row.length; i++) row[i] = (row[i]! * 255) / range;
    return row;
  };
  return { width, height: image.height - 2 * border, read };
}

function copyChannel(row: Float64Array, channel: number, stride: number, plane: Float64Array, at: number): void {
  for (let i = at, j = channel; j < row.length; i++, j += stride) plane[i] = row[j]!;
}

function mixColours(row: Float64Array, { weights, offset }: Mixture, plane: Float64Array, at: number): void {
  const [r, g, b] = weights;
  for (let i = at, j = 0; j < row.length; i++, j += 3)
    plane[i] = offset + r * row[j]! + g * row[j + 1]! + b * row[j + 2]!;
}

function mixGrey(row: Float64Array, { weights, offset }: Mixture, plane: Float64Array, at: number): void {
  const weight = offset === 0 ? 1 : weights[0] + weights[1] + weights[2];
  for (let j = 0; j < row.length; j++) plane[at + j] = offset + weight * row[j]!;
}

/** The value of white: the stated one, or that of the sample type. */
export function whiteOf(image: MeasuredImage): number {
  if ('range' in image) return image.range;
  if (image.data instanceof Uint8Array) return 255;
  return image.data instanceof Uint16Array ? 65535 : 1;
}

/** Overshoot is fine; a sample beyond twice white, or as far below black, is a range that was not meant. */
function checkRange(data: Image['data'], range: number): void {
  for (let i = 0; i < data.length; i++) {
    const sample = data[i]!;
    if (sample >= -range && sample <= 2 * range) continue;
    if (!Number.isFinite(sample)) throw new InvalidSampleError(i, sample);
    throw new SampleRangeError(i, sample, range);
  }
}
