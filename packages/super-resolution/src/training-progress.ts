import type { Schedule } from '@deflow/nn';

/** Where a training stands. */
export interface SuperResolutionProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean absolute difference of the step's patches, 0..1. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  readonly patchesPerSecond: number;
  readonly secondsLeft: number;
  /** Steps so far that were not finite. */
  readonly skipped: number;
  /** In steps that were validated. */
  readonly validation?: { readonly score: number; readonly isBest: boolean };
}

export interface ProgressOptions {
  readonly steps: number;
  readonly schedule: Schedule;
}

/** The share of the newest step in the running mean of step times. */
const share = 0.05;
const longestSilence = 30;

/** Reads the reports of a training's steps and keeps the time. */
export function createProgress({ steps, schedule }: ProgressOptions) {
  let last = performance.now();
  let lastBreath = last;
  let secondsPerStep: number | undefined;
  return {
    /** `report`: loss, gradient norm, 1 or 0 (see `trainingStep`). */
    read(step: number, report: ArrayLike<number>, patches: number, skipped: number): SuperResolutionProgress {
      const now = performance.now();
      const seconds = (now - last) / 1000;
      last = now;
      secondsPerStep = secondsPerStep === undefined ? seconds : secondsPerStep + share * (seconds - secondsPerStep);
      return {
        step,
        steps,
        loss: report[0]!,
        gradientNorm: report[1]!,
        learningRate: schedule(step),
        patchesPerSecond: patches / secondsPerStep,
        secondsLeft: (steps - step) * secondsPerStep,
        skipped,
      };
    },
    /** Does not count the time that passed since the last step. */
    pause(): void {
      last = performance.now();
    },
    /** Lets timers and signals have their turn where steps never leave the event loop. */
    async breathe(): Promise<void> {
      if (performance.now() - lastBreath < longestSilence) return;
      await new Promise((resolve) => setTimeout(resolve));
      lastBreath = performance.now();
    },
  };
}
