import { wholeRecords } from './record-interval.ts';
import type { TrainingRecord } from './training-record.ts';

/** How much longer than its minutes training may seem to take before it is shortened. */
const tolerance = 1.15;
/** The part of the minutes over which the speed is judged. */
const window = 0.15;

export interface Plan {
  minutes: number;
  /** Steps aimed at. */
  steps: number;
  /** The step from which this has been the plan; the record after it holds the time of starting again. */
  since: number;
  /** Steps of a record. */
  every: number;
}

/**
 * A plan with fewer steps, if at the speed of late training would end well after its minutes: on a machine that others use, too,
 * the timing before the start may have been too good.
 */
export function shortenedPlan(
  { minutes, steps, since, every }: Plan,
  records: readonly TrainingRecord[],
): { at: number; steps: number } | undefined {
  const now = records.at(-1);
  if (!now || now.step >= steps) return undefined;
  const underPlan = records.filter(({ step }) => step > since);
  const seen = minutes * 60 * window;
  const before = underPlan.findLast(({ seconds }) => seconds <= now.seconds - seen);
  if (!before) return undefined;
  const secondsPerStep = (now.seconds - before.seconds) / (now.step - before.step);
  const left = minutes * 60 - now.seconds;
  if (now.seconds + (steps - now.step) * secondsPerStep < minutes * 60 * tolerance) return undefined;
  const feasible = now.step + wholeRecords(Math.max(0, left / secondsPerStep), every);
  return feasible < steps ? { at: now.step, steps: feasible } : undefined;
}
