import { DeFlowError } from '@deflow/images';

/** The outcome of one check. `error` is the largest deviation found, in the unit of `tolerance`. */
export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly error: number;
  readonly tolerance: number;
  /** What was compared where the error is largest. */
  readonly detail: string;
}

/** A check of the conformance suite has failed. */
export class ConformanceError extends DeFlowError {}

/** Collects deviations and keeps the worst. A deviation that is NaN fails. */
export function compare(name: string, tolerance: number) {
  let error = 0;
  let detail = 'nothing was compared';
  return {
    /** `allowance` scales the tolerance: an error of `allowance` x tolerance just passes. */
    add(what: string, got: number, wanted: number, allowance = 1): void {
      const deviation = Math.abs(got - wanted) / allowance;
      if (detail !== 'nothing was compared' && deviation <= error) return;
      if (Number.isNaN(error)) return;
      error = deviation;
      detail = `${what}: got ${got}, wanted ${wanted}`;
    },
    result(): CheckResult {
      return { name, passed: error <= tolerance && detail !== 'nothing was compared', error, tolerance, detail };
    },
  };
}

/** Throws `ConformanceError` unless `result` passed. */
export function requirePassed(result: CheckResult): void {
  if (result.passed) return;
  throw new ConformanceError(
    `${result.name} failed: error ${result.error} is above ${result.tolerance} (${result.detail}).`,
    { remedy: 'Compare the layer with its formula: inverse, log-determinant, gradients, memory.', value: result },
  );
}
