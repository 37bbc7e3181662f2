import type { Image } from '@deflow/images';
import { brisque } from '../../brisque/brisque.ts';
import { fsim } from '../../fsim/fsim.ts';
import { gmsd } from '../../gmsd/gmsd.ts';
import { msGmsd } from '../../gmsd/ms-gmsd.ts';
import { haarPsi } from '../../haarpsi/haarpsi.ts';
import { mdsi } from '../../mdsi/mdsi.ts';
import { msSsim } from '../../ms-ssim/ms-ssim.ts';
import { niqe } from '../../niqe/niqe.ts';
import { piqe } from '../../piqe/piqe.ts';
import { psnr } from '../../psnr/psnr.ts';
import { ssim } from '../../ssim/ssim.ts';
import { vifp } from '../../vif/vifp.ts';
import { readBrisqueModel, readNiqeModel } from '../model-files.ts';
import { UsageError } from './errors.ts';

/** What the command line says about how to measure. */
export interface MetricSettings {
  readonly cropBorder: number;
  /** PSNR and SSIM of Y (BT.601) instead of RGB. */
  readonly luma: boolean;
  readonly niqeModel?: string;
  readonly brisqueModel?: string;
  readonly brisqueRange?: string;
}

/** A metric ready for pictures. */
export type Measure =
  | { readonly needsReference: true; readonly score: (image: Image, reference: Image) => number }
  | { readonly needsReference: false; readonly score: (image: Image) => number };

type Prepare = (settings: MetricSettings) => Measure | Promise<Measure>;

const compare =
  (score: (image: Image, reference: Image, options: { cropBorder: number }) => number): Prepare =>
  ({ cropBorder }) => ({ needsReference: true, score: (image, reference) => score(image, reference, { cropBorder }) });

const compareColours =
  (
    score: (image: Image, reference: Image, options: { cropBorder: number; colour: 'rgb' | 'y601' }) => number,
  ): Prepare =>
  ({ cropBorder, luma }) => ({
    needsReference: true,
    score: (image, reference) => score(image, reference, { cropBorder, colour: luma ? 'y601' : 'rgb' }),
  });

const prepares: Record<string, Prepare> = {
  psnr: compareColours(psnr),
  ssim: compareColours(ssim),
  'ms-ssim': compare(msSsim),
  gmsd: compare(gmsd),
  'ms-gmsd': compare(msGmsd),
  vifp: compare(vifp),
  fsim: compare(fsim),
  haarpsi: compare(haarPsi),
  mdsi: compare(mdsi),
  niqe: async ({ niqeModel, cropBorder }) => {
    if (!niqeModel) throw new UsageError('NIQE needs its parameters: --niqe-model modelparameters.mat');
    const model = await readNiqeModel(niqeModel);
    return { needsReference: false, score: (image) => niqe(image, { model, cropBorder }) };
  },
  brisque: async ({ brisqueModel, brisqueRange, cropBorder }) => {
    if (!brisqueModel || !brisqueRange)
      throw new UsageError('BRISQUE needs its parameters: --brisque-model allmodel --brisque-range allrange');
    const model = await readBrisqueModel(brisqueModel, brisqueRange);
    return { needsReference: false, score: (image) => brisque(image, { model, cropBorder }) };
  },
  piqe: ({ cropBorder }) => ({ needsReference: false, score: (image) => piqe(image, { cropBorder }) }),
};

export const metricNames: readonly string[] = Object.keys(prepares);

/** The metrics of these names, their parameters read. */
export async function prepareMetrics(
  names: readonly string[],
  settings: MetricSettings,
): Promise<ReadonlyMap<string, Measure>> {
  const measures = new Map<string, Measure>();
  for (const name of names) {
    const prepare = Object.hasOwn(prepares, name) ? prepares[name] : undefined;
    if (!prepare) throw new UsageError(`There is no metric ${name}; known are ${metricNames.join(', ')}.`);
    measures.set(name, await prepare(settings));
  }
  return measures;
}
