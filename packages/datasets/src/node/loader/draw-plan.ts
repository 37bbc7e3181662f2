import type { Random } from '@deflow/images';
import type { CutList } from './patch-cutter.ts';

/** The orientations (see `createPatchCutter`) that a draw chooses from, each equally likely. */
export function orientations({ flip, rotate }: { flip: boolean; rotate: boolean }): readonly number[] {
  if (flip && rotate) return [0, 1, 2, 3, 4, 5, 6, 7];
  // The quarter turns: none, two, and mirrored across one diagonal after a mirror.
  if (rotate) return [0, 3, 5, 6];
  return flip ? [0, 1] : [0];
}

/** One image at one scale and what of it may be drawn. */
export interface Drawable {
  readonly image: number;
  readonly width: number;
  readonly height: number;
}

/** Draws an image (each equally likely), a position (any that fits), an orientation. */
export function drawPatch(random: Random, images: readonly Drawable[], size: number, turns: readonly number[]) {
  const { image, width, height } = images[random.integer(images.length)]!;
  const x = random.integer(width - size + 1);
  const y = random.integer(height - size + 1);
  return { image, x, y, orientation: turns[random.integer(turns.length)]! };
}

/** What a loader draws for a batch, as numbers for the cutter. */
export class CutListBuilder {
  readonly #numbers: number[] = [];
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  add(source: number, image: number, x: number, y: number, orientation: number): void {
    this.#numbers.push(source, image, x, y, orientation);
  }

  build(): CutList {
    return { size: this.#size, cuts: Int32Array.from(this.#numbers) };
  }
}
