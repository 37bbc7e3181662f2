import type { DeFlow } from '@deflow/degradation';
import type { Random } from '@deflow/images';
import { type FlatPatchStatistics, flatPatchStatistics, NoPatchesError, pairStatistics } from '@deflow/metrics';
import type { Picture } from '../data/photographs.ts';
import type { StatisticsReport } from '../report/report-data.ts';
import { acceptance } from './acceptance.ts';
import { degradeImage } from './degrade-image.ts';
import { addGaussianNoise } from './gaussian-noise.ts';

export interface EvaluateOptions {
  model: DeFlow;
  /** Clean pictures that training never saw. */
  heldOut: readonly Picture[];
  /** The same pictures as the camera really degrades them, where that is known. */
  truth?: readonly Picture[];
  /** Everything clean and everything really degraded that is there. */
  clean: readonly Picture[];
  real: readonly Picture[];
  random: Random;
  /** Leaves the rest of the pictures out. */
  signal?: AbortSignal;
  /** Called after each picture that was degraded. */
  onProgress?(done: number): void;
}

export interface Evaluation {
  readonly deflow: readonly Picture[];
  readonly gaussian: readonly Picture[];
  /** Absent when the pictures hold no patch that could be measured, or when the signal came. */
  readonly statistics?: StatisticsReport;
}

/** Degrades the held-out pictures by the model and by Gaussian noise of the real level, and measures all of it. */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { model, heldOut, truth, random, signal, onProgress } = options;
  const measured = measureFolders(options);
  const level = measured ? Math.sqrt(Math.max(0, measured.real.std ** 2 - measured.clean.std ** 2)) : 10;
  const deflow: Picture[] = [];
  for (const [index, image] of heldOut.entries()) {
    if (signal?.aborted) break;
    deflow.push(await degradeImage(model, image, random.fork(`picture ${index}`)));
    onProgress?.(index + 1);
    // Lets signals have their turn.
    await new Promise(setImmediate);
  }
  const gaussian = heldOut
    .slice(0, deflow.length)
    .map((image, index) => addGaussianNoise(image, level, random.fork(`gaussian ${index}`)));
  if (!measured || deflow.length < heldOut.length) return { deflow, gaussian };

  const pairs = {
    ...(truth ? { truth: pairStatistics(pair(heldOut, truth)) } : {}),
    deflow: pairStatistics(pair(heldOut, deflow)),
    gaussian: pairStatistics(pair(heldOut, gaussian)),
  };
  const flat = { deflow: flatPatchStatistics(deflow), gaussian: flatPatchStatistics(gaussian) };
  const judge = (method: 'deflow' | 'gaussian') =>
    acceptance(measured.real, { flat: flat[method], pair: pairs[method] }, pairs.truth?.bias);
  return {
    deflow,
    gaussian,
    statistics: {
      ...measured,
      ...flat,
      gaussianLevel: level,
      pairs,
      acceptance: { deflow: judge('deflow'), gaussian: judge('gaussian') },
      pictures: { heldOut: heldOut.length, real: options.real.length },
    },
  };
}

const pair = (clean: readonly Picture[], degraded: readonly Picture[]) =>
  clean.map((image, index) => ({ clean: image, degraded: degraded[index]! }));

/** Undefined when one of the folders, or the held-out part, is all black, burnt out or tiny. */
function measureFolders({ clean, real, heldOut }: EvaluateOptions) {
  try {
    flatPatchStatistics(heldOut);
    return { clean: flatPatchStatistics(clean), real: flatPatchStatistics(real) } satisfies Record<
      string,
      FlatPatchStatistics
    >;
  } catch (error) {
    if (error instanceof NoPatchesError) return undefined;
    throw error;
  }
}
