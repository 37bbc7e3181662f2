import { OptionError } from '@deflow/images';

/** The learning rate of a step. Steps count from 1. */
export type Schedule = (step: number) => number;

/** Always the same rate. */
export const constantSchedule =
  (learningRate: number): Schedule =>
  () =>
    learningRate;

/**
 * The number under which a schedule sees the first step: 0 as in PyTorch's and BasicSR's schedulers (completed steps),
 * 1 as in DeFlow's and Real-SR's (the step under way), where everything happens one step earlier.
 */
export type FirstCount = 0 | 1;

export interface CosineScheduleOptions {
  readonly learningRate: number;
  /** The count at which the end is reached; constant from there on. */
  readonly steps: number;
  /** The last rate as a share of the first. */
  readonly endFraction?: number;
  readonly firstCount?: FirstCount;
}

/** end + (learningRate - end) (1 + cos(pi count / steps)) / 2 with end = endFraction * learningRate (Loshchilov and Hutter 2017). */
export function cosineSchedule(options: CosineScheduleOptions): Schedule {
  const { learningRate, steps, endFraction = 0, firstCount = 0 } = options;
  requirePositive('steps', steps);
  const end = endFraction * learningRate;
  return (step) => {
    const done = Math.min(1, Math.max(0, step - 1 + firstCount) / steps);
    return end + (learningRate - end) * 0.5 * (1 + Math.cos(Math.PI * done));
  };
}

export interface MultiStepScheduleOptions {
  readonly learningRate: number;
  /** The counts from which on the rate is multiplied by `gamma`. One that is listed twice counts twice. */
  readonly milestones: readonly number[];
  readonly gamma?: number;
  readonly firstCount?: FirstCount;
}

/** learningRate * gamma^(milestones reached). DeFlow halves at 50, 75, 90 and 95 % of its steps, with firstCount 1. */
export function multiStepSchedule(options: MultiStepScheduleOptions): Schedule {
  const { learningRate, milestones, gamma = 0.5, firstCount = 0 } = options;
  return (step) => {
    const reached = milestones.filter((milestone) => milestone <= step - 1 + firstCount).length;
    return learningRate * gamma ** reached;
  };
}

/** Multiplies `schedule` by step / steps during the first `steps` steps. */
export function warmUp(schedule: Schedule, steps: number): Schedule {
  requirePositive('steps', steps);
  return (step) => schedule(step) * Math.min(1, step / steps);
}

function requirePositive(name: string, value: number): void {
  if (value > 0) return;
  throw new OptionError(`${name} is ${value}.`, { remedy: `Give ${name} above 0.`, value });
}
