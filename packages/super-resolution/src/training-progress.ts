import { type Schedule, stepClock } from '@deflow/nn';

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

/** Reads the reports of a training's steps and keeps the time. */
export function createProgress({ steps, schedule }: ProgressOptions) {
  const clock = stepClock(steps);
  return {
    /** `report`: loss, gradient norm, 1 or 0 (see `trainingStep`). */
    read(step: number, report: ArrayLike<number>, patches: number, skipped: number): SuperResolutionProgress {
      const { secondsPerStep, secondsLeft } = clock.tick(step);
      return {
        step,
        steps,
        loss: report[0]!,
        gradientNorm: report[1]!,
        learningRate: schedule(step),
        patchesPerSecond: patches / secondsPerStep,
        secondsLeft,
        skipped,
      };
    },
    pause: clock.pause,
    breathe: clock.breathe,
  };
}
