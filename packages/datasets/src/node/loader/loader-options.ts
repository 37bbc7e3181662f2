import { OptionError } from '@deflow/images';
import type { PairByNameOptions } from '../../pairing/pair-by-name.ts';
import type { PatchImages } from './patch-images.ts';

/** Where a loader stands: plain data, safe to send through JSON. */
export interface LoaderPosition {
  /** Number of the batch that comes next, from 0. */
  readonly next: number;
  /** Identifies the images, options and seed that the batches are drawn from. */
  readonly draws: string;
}

interface CommonOptions {
  /** Patches of a batch, in all. */
  readonly batch: number;
  /** Everything drawn follows from it; default 0. */
  readonly seed?: number | string;
  /** Mirror left and right half of the time; default true. */
  readonly flip?: boolean;
  /** Turn by 0, 90, 180 or 270 degrees, each equally likely; with `flip` all eight orientations; default false. */
  readonly rotate?: boolean;
  /** Worker threads that cut patches; 0 cuts them here, between the turns of training; default 0. */
  readonly workers?: number;
  /** Batches made ahead; default 2, and with workers 2 for each. */
  readonly prefetch?: number;
  /** Images too small for a patch: `throw` (default), or `skip` them. */
  readonly onSmall?: 'throw' | 'skip';
  /** `float32` (default): 0..1; `uint8`: 0..255. */
  readonly samples?: 'float32' | 'uint8';
  /** Go on where `position()` was taken. */
  readonly position?: LoaderPosition;
}

/** Patches of two domains that have nothing to do with each other. */
export interface UnpairedLoaderOptions extends CommonOptions {
  readonly clean: PatchImages;
  readonly degraded: PatchImages;
  /** Side of the patches in pixels. */
  readonly size: number;
  /**
   * `equal` (default): half of every batch is clean. `drawn`: each patch is clean or degraded with probability 1/2, whatever
   * the numbers of images, as in the DeFlow of 2021.
   */
  readonly balance?: 'equal' | 'drawn';
}

/** Aligned patches of pairs: the same part of a low- and a high-resolution image. */
export interface PairedLoaderOptions extends CommonOptions {
  readonly low: PatchImages;
  readonly high: PatchImages;
  /** Side of the high-resolution patches in pixels, a multiple of the scale. */
  readonly size: number;
  /** High-resolution pixels per low-resolution pixel, along each axis. */
  readonly scale: number;
  /** How the names of cached images pair; decoded images pair by their order. */
  readonly pairing?: PairByNameOptions;
}

/** Fills in the defaults. @throws OptionError */
export function commonOptions(options: CommonOptions & { readonly size: number }) {
  const { batch, size, seed = 0, flip = true, rotate = false, workers = 0 } = options;
  const { prefetch = Math.max(2, 2 * workers), onSmall = 'throw', samples = 'float32' } = options;
  const whole = (name: string, value: number, least: number, most: number) => {
    if (Number.isInteger(value) && value >= least && value <= most) return;
    throw new OptionError(`${name} is ${value}.`, {
      value,
      remedy: `Give a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}.`,
    });
  };
  whole('batch', batch, 1, Number.MAX_SAFE_INTEGER);
  whole('size', size, 1, Number.MAX_SAFE_INTEGER);
  whole('workers', workers, 0, 64);
  whole('prefetch', prefetch, 0, 1024);
  if (samples !== 'float32' && samples !== 'uint8')
    throw new OptionError(`Unknown samples ${samples}.`, { value: samples, remedy: 'Use float32 or uint8.' });
  return { batch, size, seed, flip, rotate, workers, prefetch, onSmall, samples };
}
