import type { TrainingRecord } from './training-record.ts';

/** How much longer than planned training may seem to take before it is shortened. */
const tolerance = 1.1;
/** Records over which the present speed is judged. */
const recent = 10;

/**
 * A plan with fewer steps, if at the present speed training would end well after its minutes: on a machine that others use, too,
 * the timing before the start may have been too good.
 */
export function shortenedPlan(
  { minutes, steps }: { minutes: number; steps: number | null },
  records: readonly TrainingRecord[],
): { at: number; steps: number } | undefined {
  const now = records.at(-1);
  const before = records.at(-1 - recent);
  if (!now || !before || steps === null || now.step >= steps) return undefined;
  const secondsPerStep = (now.seconds - before.seconds) / (now.step - before.step);
  const left = minutes * 60 - now.seconds;
  if ((steps - now.step) * secondsPerStep < left * tolerance + 5) return undefined;
  const feasible = now.step + Math.max(1, Math.floor(left / secondsPerStep));
  return feasible < steps ? { at: now.step, steps: feasible } : undefined;
}
