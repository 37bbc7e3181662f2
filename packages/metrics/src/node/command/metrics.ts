import { join } from 'node:path';
import { brisque } from '../../brisque/brisque.ts';
import { fsim } from '../../fsim/fsim.ts';
import { gmsd } from '../../gmsd/gmsd.ts';
import { msGmsd } from '../../gmsd/ms-gmsd.ts';
import { haarPsi } from '../../haarpsi/haarpsi.ts';
import type { MeasuredImage } from '../../input/planes.ts';
import { mdsi } from '../../mdsi/mdsi.ts';
import { msSsim } from '../../ms-ssim/ms-ssim.ts';
import { niqe } from '../../niqe/niqe.ts';
import { piqe } from '../../piqe/piqe.ts';
import { psnr } from '../../psnr/psnr.ts';
import { ssim } from '../../ssim/ssim.ts';
import { vifp } from '../../vif/vifp.ts';
import { readBrisqueModel, readNiqeModel } from '../model-files.ts';
import { weightsFolder } from '../weights/folder.ts';
import { brisqueFiles, niqeFile } from '../weights/sources.ts';
import { conventionOf } from './conventions.ts';
import { distanceNames } from './distances.ts';
import { UsageError } from './errors.ts';
import { nearestName } from './nearest.ts';
import { type PerceptualSettings, prepareDists, prepareLpips } from './perceptual.ts';

/** What the command line says about how to measure. */
export interface MetricSettings extends PerceptualSettings {
  readonly cropBorder: number;
  /** PSNR, SSIM and MS-SSIM of Y (BT.601) instead of what the convention looks at. */
  readonly luma: boolean;
  readonly conventions: ReadonlyMap<string, string>;
  readonly niqeModel?: string;
  readonly brisqueModel?: string;
  readonly brisqueRange?: string;
  /** The weights of the network of FID and KID. */
  readonly inception?: string;
}

/** A metric ready for pictures. */
export type Measure =
  | { readonly needsReference: true; readonly score: (image: MeasuredImage, reference: MeasuredImage) => number }
  | { readonly needsReference: false; readonly score: (image: MeasuredImage) => number };

type Prepare = (settings: MetricSettings) => Measure | Promise<Measure>;
type Compare<Options> = (image: MeasuredImage, reference: MeasuredImage, options: Options) => number;

const compare =
  <Options>(score: Compare<Options>, options: (settings: MetricSettings) => Options): Prepare =>
  (settings) => ({
    needsReference: true,
    score: (image, reference) => score(image, reference, options(settings)),
  });

const border = ({ cropBorder }: MetricSettings) => ({ cropBorder });
const borderAndColour = ({ cropBorder, luma }: MetricSettings) =>
  luma ? { cropBorder, colour: 'y601' as const } : { cropBorder };

const prepares: Record<string, Prepare> = {
  psnr: compare(psnr, (given) => ({ ...borderAndColour(given), ...conventionOf(given.conventions, 'psnr') })),
  ssim: compare(ssim, (given) => ({ ...borderAndColour(given), ...conventionOf(given.conventions, 'ssim') })),
  'ms-ssim': compare(msSsim, (given) => ({ ...borderAndColour(given), ...conventionOf(given.conventions, 'ms-ssim') })),
  gmsd: compare(gmsd, (given) => ({ ...border(given), ...conventionOf(given.conventions, 'gmsd') })),
  'ms-gmsd': compare(msGmsd, border),
  vifp: compare(vifp, border),
  fsim: compare(fsim, border),
  haarpsi: compare(haarPsi, border),
  mdsi: compare(mdsi, border),
  lpips: async (settings) => ({ needsReference: true, score: await prepareLpips(settings) }),
  dists: async (settings) => ({ needsReference: true, score: await prepareDists(settings) }),
  niqe: async ({ weights = weightsFolder(), niqeModel = join(weights, niqeFile), cropBorder, conventions }) => {
    const model = await readNiqeModel(niqeModel);
    const { convention } = conventionOf(conventions, 'niqe');
    const colour = convention === 'basicsr' ? 'y601-rounded' : 'rgb2gray';
    return { needsReference: false, score: (image) => niqe(image, { model, cropBorder, colour }) };
  },
  brisque: async ({ weights = weightsFolder(), brisqueModel, brisqueRange, cropBorder, conventions }) => {
    const model = await readBrisqueModel(
      brisqueModel ?? join(weights, brisqueFiles.model),
      brisqueRange ?? join(weights, brisqueFiles.range),
    );
    const rounding = conventionOf(conventions, 'brisque').convention ?? 'matlab';
    return { needsReference: false, score: (image) => brisque(image, { model, cropBorder, rounding }) };
  },
  piqe: ({ cropBorder }) => ({ needsReference: false, score: (image) => piqe(image, { cropBorder }) }),
};

export const metricNames: readonly string[] = [...Object.keys(prepares), ...distanceNames];

/** Throws a UsageError with the nearest name for a metric that is not known. */
export function checkMetricNames(names: readonly string[]): void {
  for (const name of names) {
    if (metricNames.includes(name)) continue;
    const guess = nearestName(name, metricNames);
    const question = guess ? `; did you mean ${guess}?` : '.';
    throw new UsageError(`There is no metric ${name || '(empty)'}${question} Known are ${metricNames.join(', ')}.`);
  }
}

/** The metrics of these names, their parameters read. */
export async function prepareMetrics(
  names: readonly string[],
  settings: MetricSettings,
): Promise<ReadonlyMap<string, Measure>> {
  const measures = new Map<string, Measure>();
  for (const name of names) measures.set(name, await prepares[name]!(settings));
  return measures;
}
