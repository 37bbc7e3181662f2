import type { FlatPatchStatistics } from '@deflow/metrics';
import { type AcceptanceRow, acceptance, countPassed } from '../evaluation/acceptance.ts';
import type { Measurement } from './measure-row.ts';
import { spread, spreadText } from './spread.ts';

/** One row of a table: what the trainings of all its seeds brought. */
export interface MeasuredRow {
  readonly name: string;
  readonly measurements: readonly Measurement[];
}

type Column = readonly [head: string, places: number, values: (flat: FlatPatchStatistics) => readonly number[]];

const statistics: readonly Column[] = [
  ['level', 1, ({ std }) => [std]],
  ['across / down', 2, (flat) => [flat.correlationHorizontal, flat.correlationVertical]],
  ['RG / GB / RB', 2, ({ channelCorrelation: { rg, gb, rb } }) => [rg, gb, rb]],
  ['kurtosis', 2, ({ kurtosis }) => [kurtosis]],
  ['by brightness, 4 bins to 204', 1, ({ brightness }) => brightness],
  ['finest detail, flat / middle / textured', 1, ({ texture }) => [texture.flat, texture.middle, texture.textured]],
];

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const head = (cells: readonly string[]) => [line(cells), line(cells.map(() => '---'))];

/** What flat patches look like: mean ± spread over seeds of every statistic, below those of the real photographs. */
export function statisticsMarkdown(real: FlatPatchStatistics, rows: readonly MeasuredRow[]): string {
  const cells = (flats: readonly FlatPatchStatistics[]) =>
    statistics.map(([, places, values]) => {
      const bySeed = flats.map(values);
      return bySeed[0]!.map((_, i) => spreadText(spread(bySeed.map((each) => each[i]!)), places)).join(', ');
    });
  return [
    ...head(['', ...statistics.map(([name]) => name), 'demands met']),
    line(['real', ...cells([real]), '']),
    ...rows.map(({ name, measurements }) => {
      const counts = judged(real, measurements).map((demands) => countPassed(demands).passed);
      return line([name, ...cells(measurements.map(({ flat }) => flat)), counts.join(', ')]);
    }),
  ].join('\n');
}

/** The demands of a short training: mean ± spread of each quantity, and by how many seeds it is met. */
export function demandsMarkdown(real: FlatPatchStatistics, rows: readonly MeasuredRow[]): string {
  const demands = judged(real, rows[0]!.measurements)[0]!;
  return [
    ...head(['', ...demands.map(({ quantity, demand }) => `${quantity}: ${demand}`)]),
    ...rows.map(({ name, measurements }) => {
      const bySeed = judged(real, measurements);
      const cells = demands.map((_, i) => {
        const met = bySeed.filter((each) => each[i]!.passed).length;
        return `${spreadText(spread(bySeed.map((each) => each[i]!.value)), 2)} (${met} of ${bySeed.length})`;
      });
      return line([name, ...cells]);
    }),
  ].join('\n');
}

const judged = (real: FlatPatchStatistics, measurements: readonly Measurement[]): AcceptanceRow[][] =>
  measurements.map((measurement) => acceptance(real, measurement));
