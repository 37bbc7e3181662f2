import { type Schedule, stepClock } from '@deflow/nn';
import { publishedNegativeLogLikelihood } from './bits-per-dim.ts';

/** Where a training stands. */
export interface TrainingProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean of the step's images, with the recipe's de-quantisation; NaN for a domain without images. */
  readonly bitsPerDim: { readonly clean: number; readonly degraded: number };
  /** The same in the unit of the published program (`publishedNegativeLogLikelihood`). */
  readonly published: { readonly clean: number; readonly degraded: number };
  /** The eigenvalues of Sigma for each latent, largest first: every `sigmaEvery` steps. */
  readonly sigma?: readonly (readonly number[])[];
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
  /** Steps so far whose loss was not finite. */
  readonly skipped: number;
}

export interface ProgressOptions {
  readonly steps: number;
  readonly schedule: Schedule;
  /** Of the model, for the published unit. */
  readonly quantisationLevels: number;
}

/** Reads the reports of a training's steps and keeps the time. */
export function createProgress({ steps, schedule, quantisationLevels }: ProgressOptions) {
  const clock = stepClock(steps);
  return {
    /** `report`: bits per dim of each image, clean ones first, then gradient norm and 1 or 0 (see `trainingStep`). */
    read(step: number, report: ArrayLike<number>, clean: number, skipped: number): TrainingProgress {
      const { secondsPerStep, secondsLeft } = clock.tick(step);
      const bits = Array.from(report).slice(0, -2);
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      const bitsPerDim = { clean: mean(bits.slice(0, clean)), degraded: mean(bits.slice(clean)) };
      const published = (value: number) => publishedNegativeLogLikelihood(value, quantisationLevels);
      return {
        step,
        steps,
        bitsPerDim,
        published: { clean: published(bitsPerDim.clean), degraded: published(bitsPerDim.degraded) },
        gradientNorm: report[report.length - 2]!,
        learningRate: schedule(step),
        imagesPerSecond: bits.length / secondsPerStep,
        secondsLeft,
        skipped,
      };
    },
    breathe: clock.breathe,
  };
}
