import { pad } from '@deflow/images';
import { measured } from '../input/compared.ts';
import type { MeasuredImage } from '../input/planes.ts';
import { normalisedContrast } from '../natural-scenes/normalised-contrast.ts';
import { type BlockJudgement, blockSide, judgeBlock } from './block.ts';

export interface PiqeOptions {
  /** Pixels cut off at each side first; default 0. */
  readonly cropBorder?: number;
}

/** PIQE block by block. */
export interface PiqeBlocks {
  readonly score: number;
  /** Blocks of 16 x 16 pixels, row by row; the last ones reach over the edge. */
  readonly columns: number;
  readonly rows: number;
  readonly blocks: readonly BlockJudgement[];
}

/**
 * Perception-based image quality evaluator (Venkatanath et al. 2015), with the numbers of MATLAB's `piqe`: 0..100, lower is
 * better; up to 20 excellent, 35 good, 50 fair, 80 poor. A picture without structure scores 100.
 *
 * @throws AlphaChannelError, InvalidSampleError, SampleRangeError, ImageTooSmallError when the border leaves nothing
 */
export function piqe(image: MeasuredImage, options: PiqeOptions = {}): number {
  return piqeBlocks(image, options).score;
}

/** PIQE and what it sees in each block. Throws as `piqe` does. */
export function piqeBlocks(image: MeasuredImage, { cropBorder = 0 }: PiqeOptions = {}): PiqeBlocks {
  const { width, height, planes } = measured('PIQE', image, { colour: 'rgb2gray', cropBorder });
  const [right, bottom] = [width, height].map((size) => (blockSide - (size % blockSide)) % blockSide) as [
    number,
    number,
  ];
  const grey = { width, height, channels: 1 as const, data: planes[0]! };
  const padded = pad(grey, { right, bottom, mode: 'symmetric' });
  const brightest = padded.data.reduce((most, value) => Math.max(most, value), 0) || 1;
  const data = padded.data.map((value) => Math.round((255 * value) / brightest));
  const { contrast } = normalisedContrast({ ...padded, data }, { border: 'replicate' });
  const [columns, rows] = [padded.width / blockSide, padded.height / blockSide];
  const blocks = Array.from({ length: columns * rows }, (_, index) => {
    const top = Math.floor(index / columns) * blockSide;
    return judgeBlock(contrast, padded.width, (index % columns) * blockSide, top);
  });
  const distortion = blocks.reduce((sum, block) => sum + block.distortion, 0);
  const active = blocks.filter((block) => block.active).length;
  return { score: ((distortion + 1) / (active + 1)) * 100, columns, rows, blocks };
}
