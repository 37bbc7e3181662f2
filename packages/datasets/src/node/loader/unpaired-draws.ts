import { createRandom, OptionError } from '@deflow/images';
import { CutListBuilder, type Drawable, drawPatch, orientations } from './draw-plan.ts';
import { commonOptions, type UnpairedLoaderOptions } from './loader-options.ts';
import { cutterSource, identityOf, type PatchImages, sizesOf, usableImages } from './patch-images.ts';
import type { Draws, UnpairedBatch } from './patch-loader.ts';

function drawable(images: PatchImages, size: number, onSmall: 'throw' | 'skip', kind: string): Drawable[] {
  const sizes = sizesOf(images);
  return usableImages(sizes, size, { onSmall, kind }).map((image) => ({ image, ...sizeOf(sizes[image]!) }));
}

const sizeOf = ({ width, height }: { width: number; height: number }) => ({ width, height });

/** Draws of both domains; each draw has a stream of its own, named by its number. */
export function unpairedDraws(options: UnpairedLoaderOptions): Draws<UnpairedBatch<Float32Array | Uint8Array>> {
  const { batch, size, seed, flip, rotate, workers, prefetch, onSmall, samples } = commonOptions(options);
  const { clean, degraded, balance = 'equal' } = options;
  if (balance !== 'equal' && balance !== 'drawn')
    throw new OptionError(`Unknown balance ${balance}.`, { value: balance, remedy: 'Use equal or drawn.' });
  if (balance === 'equal' && batch % 2 === 1)
    throw new OptionError(`A batch of ${batch} has no equal halves.`, {
      value: batch,
      remedy: "Give an even number, or balance: 'drawn'.",
    });
  const domains = [drawable(clean, size, onSmall, 'clean'), drawable(degraded, size, onSmall, 'degraded')] as const;
  const turns = orientations({ flip, rotate });
  const root = createRandom(seed);
  return {
    workers,
    prefetch,
    sources: [clean, degraded].map((images) => cutterSource(images, workers > 0)),
    plan: (index) => {
      const lists = [new CutListBuilder(size), new CutListBuilder(size)] as const;
      for (let n = 0; n < batch; n++) {
        const random = root.fork(`draw ${index * batch + n}`);
        const domain = balance === 'equal' ? (2 * n < batch ? 0 : 1) : (random.integer(2) as 0 | 1);
        const { image, x, y, orientation } = drawPatch(random, domains[domain], size, turns);
        lists[domain].add(domain, image, x, y, orientation);
      }
      return { samples, lists: lists.map((list) => list.build()) };
    },
    assemble: (patches) => ({ clean: patches[0]!, degraded: patches[1]!, size }),
    identity: [
      'unpaired',
      root.state().key,
      batch,
      size,
      turns,
      balance,
      samples,
      identityOf(clean),
      identityOf(degraded),
    ],
  };
}
