import { createRandom, ImageSizeError, OptionError } from '@deflow/images';
import { shortList } from '../../listing.ts';
import { pairByName } from '../../pairing/pair-by-name.ts';
import type { CachedImages } from '../cache/image-cache.ts';
import { CutListBuilder, type Drawable, drawPatch, orientations } from './draw-plan.ts';
import { commonOptions, type PairedLoaderOptions } from './loader-options.ts';
import {
  cutterSource,
  identityOf,
  isCached,
  type NamedSize,
  type PatchImages,
  sizesOf,
  usableImages,
} from './patch-images.ts';
import type { Draws, PairedBatch } from './patch-loader.ts';

/** Both sides in the same order. */
function paired({ low, high, pairing }: PairedLoaderOptions): { low: PatchImages; high: PatchImages } {
  if (isCached(low) && isCached(high)) {
    const names = (images: CachedImages) => images.images.map(({ name }) => name);
    const pairs = pairByName(names(low), names(high), pairing);
    const ordered = (images: CachedImages, wanted: readonly string[]): CachedImages => {
      const byName = new Map(images.images.map((image) => [image.name, image]));
      return { ...images, images: wanted.map((name) => byName.get(name)!) };
    };
    return {
      low: ordered(
        low,
        pairs.map((pair) => pair.low),
      ),
      high: ordered(
        high,
        pairs.map((pair) => pair.high),
      ),
    };
  }
  const [lows, highs] = [sizesOf(low).length, sizesOf(high).length];
  if (lows !== highs)
    throw new OptionError(`There are ${lows} low and ${highs} high images.`, {
      value: [lows, highs],
      remedy: 'Give the partners in the same order.',
    });
  return { low, high };
}

/** The low-resolution pixels that have all their high-resolution ones: reductions round sizes up. */
function common(low: NamedSize, high: NamedSize, scale: number): { width: number; height: number } {
  return {
    width: Math.min(low.width, Math.floor(high.width / scale)),
    height: Math.min(low.height, Math.floor(high.height / scale)),
  };
}

function checkSizes(lows: readonly NamedSize[], highs: readonly NamedSize[], scale: number): void {
  const fits = (low: number, high: number) => Math.abs(low * scale - high) < scale;
  const wrong = lows.flatMap((low, index) => {
    const high = highs[index]!;
    if (fits(low.width, high.width) && fits(low.height, high.height)) return [];
    return [`${low.name}: ${low.width} x ${low.height}, ${high.name}: ${high.width} x ${high.height}`];
  });
  if (wrong.length > 0)
    throw new ImageSizeError(`${wrong.length} of ${lows.length} pairs are not of scale ${scale}:${shortList(wrong)}`, {
      value: scale,
      remedy: 'Check the scale and which images belong together.',
    });
}

/** Draws of aligned pairs: positions are whole low-resolution pixels. */
export function pairedDraws(options: PairedLoaderOptions): Draws<PairedBatch<Float32Array | Uint8Array>> {
  const { batch, size, seed, flip, rotate, workers, prefetch, onSmall, samples } = commonOptions(options);
  const { scale } = options;
  if (!Number.isInteger(scale) || scale < 1 || size % scale !== 0)
    throw new OptionError(`Patches of ${size} pixels cannot be aligned at scale ${scale}.`, {
      value: { size, scale },
      remedy: 'Give a whole scale, and a size that is a multiple of it.',
    });
  const small = size / scale;
  const { low, high } = paired(options);
  const [lows, highs] = [sizesOf(low), sizesOf(high)];
  checkSizes(lows, highs, scale);
  const parts = lows.map((each, index) => ({ name: each.name, ...common(each, highs[index]!, scale) }));
  const usable = usableImages(parts, small, { onSmall, kind: 'low-resolution' });
  const drawables: Drawable[] = usable.map((image) => ({ image, ...parts[image]! }));
  const turns = orientations({ flip, rotate });
  const root = createRandom(seed);
  return {
    workers,
    prefetch,
    sources: [low, high].map((images) => cutterSource(images, workers > 0)),
    plan: (index) => {
      const [lowList, highList] = [new CutListBuilder(small), new CutListBuilder(size)];
      for (let n = 0; n < batch; n++) {
        const random = root.fork(`draw ${index * batch + n}`);
        const { image, x, y, orientation } = drawPatch(random, drawables, small, turns);
        lowList.add(0, image, x, y, orientation);
        highList.add(1, image, x * scale, y * scale, orientation);
      }
      return { samples, lists: [lowList.build(), highList.build()] };
    },
    assemble: (patches) => ({ low: patches[0]!, high: patches[1]!, count: batch, size }),
    identity: ['paired', root.state().key, batch, size, scale, turns, samples, identityOf(low), identityOf(high)],
  };
}
