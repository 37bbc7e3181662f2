import { parseArgs } from 'node:util';
import { chosenConventions, conventionHelp } from './conventions.ts';
import { UsageError } from './errors.ts';
import { checkMetricNames, type MetricSettings, metricNames } from './metrics.ts';
import type { ReportFormat } from './report.ts';

const help = `deflow-metrics METRICS IMAGE [REFERENCE]

Measures a picture, or all pictures of a folder, against references of the same name.
METRICS: ${metricNames.join(', ')}; several with commas. niqe, brisque and piqe need no REFERENCE.
fid and kid compare two folders as wholes, by FID's Inception network; scene-fid and scene-kid do so without a network, by
the features of NIQE: a choice of this package, whose numbers compare only with each other.

  --crop-border N         cut off N pixels at each side first (also --crop)
  --y                     PSNR, SSIM and MS-SSIM of Y (BT.601, as in super-resolution tables)
  --convention NAME       whose numbers: NAME for all metrics that know it, or ssim=matlab,psnr=piq
                          ${conventionHelp.replaceAll('; ', `\n${' '.repeat(26)}`)}
  --range N               the value of white, for example 1023 for 10 bits in 16-bit files
  --niqe-model FILE       modelparameters.mat of utlive/niqe, niqe_pris_params.npz of BasicSR, or JSON
  --brisque-model FILE    allmodel of utlive/BRISQUE
  --brisque-range FILE    allrange of utlive/BRISQUE
  --lpips NETWORK         alex, vgg or squeeze, of version 0.1 unless NETWORK is like alex-v0.0; default alex
  --inception FILE        pt_inception-2015-12-05-6726825d.pth for fid and kid, unless it lies in the folder of --weights
  --weights FOLDER        where "deflow-metrics weights fetch" put what is not named otherwise
  --engine MODULE         what computes them; default @deflow/tensorflow or whatever is installed
  --json, --csv           instead of a table

deflow-metrics weights --help tells how weights are fetched.

Exit status: 0; 1 when a picture could not be measured; 2 for a wrong call; 130 when interrupted.
`;

/** What the command is asked to do. */
export interface CommandArguments {
  readonly metrics: readonly string[];
  readonly image: string;
  readonly reference: string | undefined;
  readonly settings: MetricSettings;
  readonly range: number | undefined;
  readonly format: ReportFormat;
}

/** Reads a command line. @throws UsageError */
export function commandArguments(args: readonly string[]): CommandArguments | { readonly help: string } {
  const { values, positionals } = parsed(args);
  if (values.help) return { help };
  const [list, image, reference, ...more] = positionals;
  if (!list || !image) throw new UsageError('Give metrics, a picture or folder, and its reference.');
  if (more.length > 0)
    throw new UsageError(`${more[0]} is one path too many: metrics are joined by commas, without spaces.`);
  const metrics = [...new Set(list.split(','))];
  checkMetricNames(metrics);
  if (values.json && values.csv) throw new UsageError('Choose --json or --csv, not both.');
  const settings = {
    cropBorder: wholeNumber('--crop-border', values['crop-border'] ?? values.crop ?? '0'),
    luma: values.y,
    conventions: chosenConventions(values.convention, metrics),
    niqeModel: values['niqe-model'],
    brisqueModel: values['brisque-model'],
    brisqueRange: values['brisque-range'],
    inception: values.inception,
    lpips: values.lpips,
    weights: values.weights,
    engine: values.engine,
  };
  const range = values.range === undefined ? undefined : Number(values.range);
  if (range !== undefined && !(range > 0 && Number.isFinite(range)))
    throw new UsageError(`--range ${values.range} is no value of white: give a number above 0, like 255.`);
  return { metrics, image, reference, settings, range, format: values.json ? 'json' : values.csv ? 'csv' : 'table' };
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`${option} ${text} is no whole number of pixels.`);
  return Number(text);
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        crop: text,
        'crop-border': text,
        convention: text,
        range: text,
        y: flag,
        'niqe-model': text,
        'brisque-model': text,
        'brisque-range': text,
        inception: text,
        lpips: text,
        weights: text,
        engine: text,
        json: flag,
        csv: flag,
        help: { ...flag, short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
