import { axisX, dot, gridX, ruleY } from '@observablehq/plot';
import { type FigureOptions, figure } from './figure.ts';

export interface DotSeries {
  readonly name: string;
  readonly colour: string;
  /** One value for each row of the chart. */
  readonly values: readonly number[];
}

export interface DotChartOptions extends FigureOptions {
  rows: readonly string[];
  series: readonly DotSeries[];
  xLabel: string;
}

/** A row for each quantity, a ring for the first series and dots for the others: how far they miss it is the message. */
export function dotChart({ rows, series, xLabel, ...options }: DotChartOptions): string {
  const dots = series.flatMap(({ name, colour, values }) =>
    values.flatMap((value, index) => (Number.isFinite(value) ? [{ row: rows[index]!, value, name, colour }] : [])),
  );
  const reference = dots.filter(({ name }) => name === series[0]!.name);
  const others = dots.filter((point) => !reference.includes(point));
  return figure({
    marginLeft: 118,
    marginTop: 6,
    height: 62 + rows.length * 36,
    legend: series,
    ...options,
    x: { zero: true, nice: true },
    y: { domain: rows as string[], label: null, tickSize: 0, type: 'point', padding: 0.6 },
    marks: [
      gridX({ stroke: 'var(--rule)', strokeOpacity: 1 }),
      axisX({ label: xLabel, tickSize: 0, ticks: 6, labelArrow: 'none', labelAnchor: 'right' }),
      ruleY(rows as string[], { stroke: 'var(--rule)' }),
      dot(others, { x: 'value', y: 'row', r: 6, fill: { value: 'colour', scale: null } }),
      dot(reference, { x: 'value', y: 'row', r: 8, stroke: { value: 'colour', scale: null }, strokeWidth: 2.5 }),
    ],
  });
}
