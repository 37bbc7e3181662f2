import type { FlatPatchStatistics } from '@deflow/metrics';
import { countPassed } from './evaluation/acceptance.ts';
import { decimals } from './report/format.ts';
import type { StatisticsReport } from './report/report-data.ts';
import type { Terminal } from './terminal.ts';

const rows: readonly [name: string, value: (statistics: FlatPatchStatistics) => number][] = [
  ['level (1/255)', ({ std }) => std],
  ['correlation across', ({ correlationHorizontal }) => correlationHorizontal],
  ['correlation down', ({ correlationVertical }) => correlationVertical],
  ['correlation red-green', ({ channelCorrelation }) => channelCorrelation.rg],
  ['shadows / highlights', ({ brightness }) => brightness[0] / brightness[3]],
  ['textured / flat detail', ({ texture }) => texture.textured / texture.flat],
  ['kurtosis', ({ kurtosis }) => kurtosis],
];

const line = (name: string, ...cells: readonly string[]) =>
  `  ${name.padEnd(24)}${cells.map((cell) => cell.padStart(10)).join('')}`;

/** The noise in a few lines: real, learned, Gaussian. */
export function printStatistics({ real, deflow, gaussian, acceptance }: StatisticsReport, terminal: Terminal): void {
  const met = (judged: keyof typeof acceptance) => {
    const { passed, judged: count } = countPassed(acceptance[judged]);
    return `${passed} of ${count}`;
  };
  terminal.line(`\n${line('Noise in flat patches', 'real', 'DeFlow', 'Gaussian')}`);
  for (const [name, value] of rows) {
    terminal.line(line(name, ...[real, deflow, gaussian].map((statistics) => decimals(value(statistics), 2))));
  }
  terminal.line(line('demands met', '', met('deflow'), met('gaussian')));
}
