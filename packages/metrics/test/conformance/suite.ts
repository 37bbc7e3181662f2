import { agreementCases } from './agreement.ts';
import type { ConformanceCase } from './checks.ts';
import { inceptionCases } from './inception.ts';
import { outcomeCases } from './outcomes.ts';
import { perceptualCases } from './perceptual.ts';

/** Every check that the tensor metrics have to pass on each backend. */
export const metricsCases: readonly ConformanceCase[] = [
  ...agreementCases,
  ...outcomeCases,
  ...perceptualCases,
  ...inceptionCases,
];

/** What became of one check. */
export interface ConformanceReport {
  readonly name: string;
  readonly seconds: number;
  /** What was measured: errors, which are below their bounds unless `error` says otherwise. */
  readonly measured: Readonly<Record<string, number>>;
  readonly error?: string;
}

/** Runs all checks on the backend that is set, one after the other, and tells of each; gives the number of failures. */
export async function runMetricsSuite(report: (result: ConformanceReport) => void): Promise<number> {
  let failures = 0;
  for (const { name, run } of metricsCases) {
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    try {
      const measured = await run();
      report({ name, seconds: seconds(), measured });
    } catch (error) {
      failures++;
      report({ name, seconds: seconds(), measured: {}, error: (error as Error).message });
    }
  }
  return failures;
}
