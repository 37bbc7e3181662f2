import { DeFlowError } from '@deflow/images';
import { readImage } from '@deflow/images/node';
import { type Evaluation, evaluateImages, evaluatePairs, type ImageSource } from '../../batch/evaluate.ts';
import { type CommandArguments, commandArguments } from './arguments.ts';
import { distanceNames, measureDistances } from './distances.ts';
import { UsageError } from './errors.ts';
import { type Measure, prepareMetrics } from './metrics.ts';
import { findPictures, type PicturePaths, withRange } from './pictures.ts';
import { distanceReport, report } from './report.ts';
import { runWeights } from './weights.ts';

/**
 * What a call of the command prints, and its exit status: 0, 1 when a picture could not be measured, 2 for a wrong call, 130
 * when it was interrupted.
 */
export interface Outcome {
  readonly output: string;
  readonly problem: string;
  readonly status: 0 | 1 | 2 | 130;
}

export interface RunOptions {
  /** Told before each picture how many are done, and at the end. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the run between two pictures. */
  readonly signal?: AbortSignal;
}

/** The command `deflow-metrics` with these arguments. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  try {
    if (args[0] === 'weights')
      return await runWeights(args.slice(1), { signal: options.signal, onProgress: megabytes(options) });
    const given = commandArguments(args);
    if ('help' in given) return { output: given.help, problem: '', status: 0 };
    const distances = given.metrics.filter((name) => distanceNames.includes(name));
    if (distances.length === 0) return await measureAll(given, options);
    if (distances.length < given.metrics.length)
      throw new UsageError(
        `${distances.join(' and ')} compare folders as wholes: ask for them in a call of their own.`,
      );
    return await compareFolders(given, options);
  } catch (error) {
    if (options.signal?.aborted) return { output: '', problem: 'Interrupted: nothing is reported.\n', status: 130 };
    if (DeFlowError.isInstance(error)) return { output: '', problem: `${error.message}\n`, status: 2 };
    throw error;
  }
}

/** Features of Inception: fewer pictures than these make the distance of their normal distributions too large. */
const enough = 2048;

async function compareFolders(given: CommandArguments, options: RunOptions): Promise<Outcome> {
  const distances = await measureDistances(given.metrics, given, options);
  const few = Math.min(distances.images, distances.references);
  const biased = given.metrics.includes('fid') && few < enough;
  return {
    output: distanceReport(distances, given.format),
    problem: biased ? `FID of ${few} pictures comes out too large: it wants ${enough} or more. KID does not.\n` : '',
    status: 0,
  };
}

const megabytes =
  ({ onProgress }: RunOptions) =>
  (bytes: number, total = 0): void =>
    onProgress?.(Math.floor(bytes / 1e6), Math.ceil(total / 1e6));

async function measureAll(given: CommandArguments, options: RunOptions): Promise<Outcome> {
  const measures = await prepareMetrics(given.metrics, given.settings);
  for (const [name, { needsReference }] of measures)
    if (needsReference && given.reference === undefined)
      throw new UsageError(`${name} compares: give a reference too.`);
  const pictures = await findPictures(given.image, given.reference);
  const { each } = await evaluated(pictures, measures, given.range, options);
  const rows = each.map((outcome, i) => {
    const { name } = pictures[i]!;
    if (outcome.scores) return { name, scores: outcome.scores };
    return { name, scores: {}, error: outcome.error.message.replace(/\s+/g, ' ') };
  });
  const failed = rows.some((row) => 'error' in row);
  return { output: report(rows, given.metrics, given.format), problem: '', status: failed ? 1 : 0 };
}

function evaluated(
  pictures: readonly PicturePaths[],
  measures: ReadonlyMap<string, Measure>,
  range: number | undefined,
  options: RunOptions,
): Promise<Evaluation<string>> {
  const source =
    (path: string): ImageSource =>
    async () =>
      withRange(await readImage(path), range);
  const names = [...measures.keys()];
  if (pictures.every(({ reference }) => reference === undefined)) {
    const alone = [...measures.values()].flatMap((measure) => (measure.needsReference ? [] : [measure.score]));
    const metrics = Object.fromEntries(names.map((name, i) => [name, alone[i]!]));
    return evaluateImages(
      pictures.map(({ image }) => source(image)),
      metrics,
      options,
    );
  }
  return evaluatePairs(
    pictures.map(({ image, reference }) => ({ image: source(image), reference: source(reference!) })),
    Object.fromEntries([...measures].map(([name, { score }]) => [name, score])),
    options,
  );
}
