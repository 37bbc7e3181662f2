import { UsageError } from './errors.ts';
import { nearestName } from './nearest.ts';

/** The conventions that metrics of the command know, the default first. */
const known = {
  psnr: ['exact', 'piq'],
  ssim: ['basicsr', 'wang', 'matlab', 'piq', 'pyiqa', 'skimage'],
  'ms-ssim': ['wang', 'piq'],
  gmsd: ['piq', 'matlab'],
  niqe: ['matlab', 'basicsr'],
  brisque: ['matlab', 'piq', 'exact'],
  fid: ['pytorch', 'tensorflow', 'clean'],
  kid: ['pytorch', 'tensorflow', 'clean'],
} as const;

type Known = typeof known;

const conventions: Readonly<Record<string, readonly string[]>> = known;

export const conventionHelp: string = Object.entries(conventions)
  .map(([metric, names]) => `${metric}: ${names.join(', ')}`)
  .join('; ');

/** What was chosen for a metric, if anything. */
export function conventionOf<Metric extends keyof Known>(
  chosen: ReadonlyMap<string, string>,
  metric: Metric,
): { convention?: Known[Metric][number] } {
  const names: readonly Known[Metric][number][] = known[metric];
  const convention = names.find((name) => name === chosen.get(metric));
  return convention === undefined ? {} : { convention };
}

/**
 * The convention of each of these metrics, from a text like `piq` (for all that know it) or `ssim=matlab,psnr=piq`.
 *
 * @throws UsageError for a name that nothing knows
 */
export function chosenConventions(text: string | undefined, metrics: readonly string[]): ReadonlyMap<string, string> {
  const chosen = new Map<string, string>();
  for (const part of text === undefined ? [] : text.split(',')) {
    const [name, only] = part.includes('=')
      ? [part.slice(part.indexOf('=') + 1), part.split('=')[0]!]
      : [part, undefined];
    const candidates = only === undefined ? metrics : [only];
    const knowing = candidates.filter((metric) => metrics.includes(metric) && conventions[metric]?.includes(name));
    if (knowing.length === 0) throw unknown(name, candidates, metrics);
    for (const metric of knowing) chosen.set(metric, name);
  }
  return chosen;
}

function unknown(name: string, candidates: readonly string[], metrics: readonly string[]): UsageError {
  const absent = candidates.find((metric) => !metrics.includes(metric));
  if (absent !== undefined) return new UsageError(`${absent} is not among the metrics to measure.`);
  const known = candidates.filter((metric) => conventions[metric]);
  const guess = nearestName(
    name,
    known.flatMap((metric) => conventions[metric]!),
  );
  const lists = known.map((metric) => `${metric}: ${conventions[metric]!.join(', ')}`).join('; ');
  return new UsageError(
    `There is no convention ${name}${guess ? `; did you mean ${guess}?` : '.'} Known are ${lists || 'none for these metrics'}.`,
  );
}
