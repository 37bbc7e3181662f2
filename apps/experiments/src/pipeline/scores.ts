import type { Image } from '@deflow/images';
import { gmsd, psnr, ssim } from '@deflow/metrics';

/** How near a picture comes to the truth. */
export interface Scores {
  /** dB, all channels together. */
  readonly psnr: number;
  /** dB, of Y in MATLAB's YCbCr. */
  readonly psnrY: number;
  readonly ssim: number;
  readonly ssimY: number;
  /** Lower is better. */
  readonly gmsd: number;
  /** Lower is better; absent where the weights of LPIPS are not there. */
  readonly lpips?: number;
}

export interface ScoreColumn {
  readonly key: keyof Scores;
  readonly name: string;
  readonly places: number;
  readonly higherIsBetter: boolean;
}

/** The scores in the order of tables. */
export const scoreColumns: readonly ScoreColumn[] = [
  { key: 'psnr', name: 'PSNR', places: 2, higherIsBetter: true },
  { key: 'psnrY', name: 'PSNR (Y)', places: 2, higherIsBetter: true },
  { key: 'ssim', name: 'SSIM', places: 4, higherIsBetter: true },
  { key: 'ssimY', name: 'SSIM (Y)', places: 4, higherIsBetter: true },
  { key: 'gmsd', name: 'GMSD', places: 4, higherIsBetter: false },
  { key: 'lpips', name: 'LPIPS', places: 4, higherIsBetter: false },
];

/** The columns that all of these have. */
export const columnsOf = (all: readonly Scores[]): readonly ScoreColumn[] =>
  scoreColumns.filter(({ key }) => all.every((scores) => scores[key] !== undefined));

/** Scores with the border left out that papers leave out: as many pixels as the factor. */
export function scores(picture: Image<Uint8Array>, truth: Image<Uint8Array>, factor: number): Scores {
  const border = { cropBorder: factor };
  return {
    psnr: psnr(picture, truth, border),
    psnrY: psnr(picture, truth, { ...border, colour: 'y601' }),
    ssim: ssim(picture, truth, { ...border, colour: 'rgb' }),
    ssimY: ssim(picture, truth, { ...border, colour: 'y601' }),
    gmsd: gmsd(picture, truth, border),
  };
}

/** The mean of each score. */
export function meanScores(all: readonly Scores[]): Scores {
  return joinScores(all, (values) => values.reduce((sum, value) => sum + value, 0) / all.length);
}

/** Each score that all of these have, joined. */
export const joinScores = (all: readonly Scores[], join: (values: readonly number[]) => number): Scores =>
  Object.fromEntries(columnsOf(all).map(({ key }) => [key, join(all.map((each) => each[key]!))])) as unknown as Scores;
