import type { Schedule } from '@deflow/nn';
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

/** The share of the newest step in the running mean of step times. */
const share = 0.05;
const longestSilence = 30;

/** Reads the reports of a training's steps and keeps the time. */
export function createProgress({ steps, schedule, quantisationLevels }: ProgressOptions) {
  let last = performance.now();
  let lastBreath = last;
  let secondsPerStep: number | undefined;
  return {
    /** `report`: bits per dim of each image, clean ones first, then gradient norm and 1 or 0 (see `trainingStep`). */
    read(step: number, report: ArrayLike<number>, clean: number, skipped: number): TrainingProgress {
      const now = performance.now();
      const seconds = (now - last) / 1000;
      last = now;
      secondsPerStep = secondsPerStep === undefined ? seconds : secondsPerStep + share * (seconds - secondsPerStep);
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
        secondsLeft: (steps - step) * secondsPerStep,
        skipped,
      };
    },
    /** Lets timers and signals have their turn where steps never leave the event loop. */
    async breathe(): Promise<void> {
      if (performance.now() - lastBreath < longestSilence) return;
      await new Promise((resolve) => setTimeout(resolve));
      lastBreath = performance.now();
    },
  };
}
