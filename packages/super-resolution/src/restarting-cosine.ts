import type { Schedule } from '@deflow/nn';
import { InvalidRecipeError } from './errors.ts';

export interface RestartingCosineOptions {
  readonly learningRate: number;
  /** Steps of each period. */
  readonly periods: readonly number[];
  /** The rate at the end of every period. */
  readonly end?: number;
  /** What each period's height is multiplied by; 1 unless given. */
  readonly weights?: readonly number[];
}

/**
 * end + weight (learningRate - end) (1 + cos(pi t / period)) / 2 with t the steps done since the period began (Loshchilov and
 * Hutter 2017), as BasicSR computes it: the step at which t reaches the period still has the rate `end`, the next one is t = 1 of
 * the following period. Steps count from 1; after the last period the rate stays at `end`.
 *
 * @throws InvalidRecipeError when there is no period, one is not above 0, or there are other than as many weights.
 */
export function restartingCosine(options: RestartingCosineOptions): Schedule {
  const { learningRate, periods, end = 0, weights = periods.map(() => 1) } = options;
  if (periods.length === 0 || periods.some((period) => !(period > 0)) || weights.length !== periods.length) {
    throw new InvalidRecipeError(`The periods [${periods}] with weights [${weights}] make no schedule.`, {
      value: periods,
      remedy: 'Give at least one period above 0, and one weight for each.',
    });
  }
  const ends = periods.map((_, index) => periods.slice(0, index + 1).reduce((sum, period) => sum + period, 0));
  return (step) => {
    const done = step - 1;
    const index = ends.findIndex((last) => done <= last);
    if (index < 0) return end;
    const share = (done - (ends[index - 1] ?? 0)) / periods[index]!;
    return end + weights[index]! * 0.5 * (learningRate - end) * (1 + Math.cos(Math.PI * share));
  };
}
