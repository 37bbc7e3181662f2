import { parseArgs } from 'node:util';
import { DeFlowError } from '@deflow/images';
import { readImage } from '@deflow/images/node';
import { UsageError } from './errors.ts';
import { type Measure, metricNames, prepareMetrics } from './metrics.ts';
import { findPictures, type PicturePaths } from './pictures.ts';
import { type ReportFormat, type ReportRow, report } from './report.ts';

const help = `deflow-metrics METRICS IMAGE [REFERENCE]

Measures a picture, or all pictures of a folder, against references of the same name.
METRICS: ${metricNames.join(', ')}; several with commas. niqe, brisque and piqe need no REFERENCE.

  --crop N                cut off N pixels at each side first
  --y                     PSNR and SSIM of Y (BT.601, as in super-resolution tables) instead of RGB
  --niqe-model FILE       modelparameters.mat of utlive/niqe, niqe_pris_params.npz of BasicSR, or JSON
  --brisque-model FILE    allmodel of utlive/BRISQUE
  --brisque-range FILE    allrange of utlive/BRISQUE
  --json, --csv           instead of a table
`;

/** What a call of the command prints, and its exit status: 0, 1 when a picture could not be measured, 2 for a wrong call. */
export interface Outcome {
  readonly output: string;
  readonly problem: string;
  readonly status: 0 | 1 | 2;
}

/** The command `deflow-metrics` with these arguments; `onProgress` is told before each picture. */
export async function run(
  args: readonly string[],
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Outcome> {
  try {
    const { values, positionals } = parsed(args);
    const [list, image, reference, ...more] = positionals;
    if (values.help) return { output: help, problem: '', status: 0 };
    if (!list || !image || more.length > 0)
      throw new UsageError('Give metrics, a picture or folder, and its reference.');
    const cropBorder = Number(values.crop);
    const measures = await prepareMetrics(list.split(','), {
      cropBorder,
      luma: values.y,
      niqeModel: values['niqe-model'],
      brisqueModel: values['brisque-model'],
      brisqueRange: values['brisque-range'],
    });
    for (const [name, { needsReference }] of measures)
      if (needsReference && reference === undefined) throw new UsageError(`${name} compares: give a reference too.`);
    const pictures = await findPictures(image, reference);
    const rows: ReportRow[] = [];
    for (const picture of pictures) {
      onProgress(rows.length, pictures.length);
      rows.push(await measured(picture, measures));
    }
    const format: ReportFormat = values.json ? 'json' : values.csv ? 'csv' : 'table';
    const failed = rows.some((row) => row.error !== undefined);
    return { output: report(rows, [...measures.keys()], format), problem: '', status: failed ? 1 : 0 };
  } catch (error) {
    if (DeFlowError.isInstance(error)) return { output: '', problem: `${error.message}\n`, status: 2 };
    throw error;
  }
}

function parsed(args: readonly string[]) {
  const file = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        crop: { type: 'string', default: '0' },
        y: flag,
        'niqe-model': file,
        'brisque-model': file,
        'brisque-range': file,
        json: flag,
        csv: flag,
        help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function measured(
  { name, image, reference }: PicturePaths,
  measures: ReadonlyMap<string, Measure>,
): Promise<ReportRow> {
  try {
    const [picture, other] = [await readImage(image), reference === undefined ? undefined : await readImage(reference)];
    const scores = [...measures].map(([metric, measure]) => {
      const score = measure.needsReference ? measure.score(picture, other!) : measure.score(picture);
      return [metric, score] as const;
    });
    return { name, scores: Object.fromEntries(scores) };
  } catch (error) {
    if (!DeFlowError.isInstance(error)) throw error;
    return { name, scores: {}, error: error.message.replace(/\s+/g, ' ') };
  }
}
