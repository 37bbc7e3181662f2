import { axisX, axisY, dot, gridY, line, type Markish } from '@observablehq/plot';
import { type FigureOptions, figure } from './figure.ts';

export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn thin and pale behind the others, without a name. */
  readonly faint?: boolean;
}

export interface LineChartOptions extends FigureOptions {
  series: readonly Series[];
  xLabel: string;
  yLabel: string;
  logarithmic?: boolean;
  yDomain?: readonly [number, number];
  /** Marks the points themselves: for few points. */
  dots?: boolean;
}

/** Lines over a common axis. */
export function lineChart({
  series,
  xLabel,
  yLabel,
  logarithmic,
  yDomain,
  dots,
  ...options
}: LineChartOptions): string {
  const named = series.filter(({ faint, name }) => !faint && name !== '');
  const marks: Markish[] = [
    gridY({ stroke: 'var(--rule)', strokeOpacity: 1, ticks: 5 }),
    axisX({ label: xLabel, tickSize: 0, ticks: 6, labelArrow: 'none', labelAnchor: 'right' }),
    axisY({ label: yLabel, tickSize: 0, ticks: 5, labelArrow: 'none' }),
    ...series.map(({ points, colour, faint }) =>
      line(points as [number, number][], {
        stroke: colour,
        strokeWidth: faint ? 1 : 2,
        strokeOpacity: faint ? 0.28 : 1,
      }),
    ),
    ...(dots ? series.map(({ points, colour }) => dot(points as [number, number][], { fill: colour, r: 4 })) : []),
  ];
  const [low, high] = yDomain ?? range(series, logarithmic ?? false);
  return figure({
    legend: named,
    ...options,
    y: { type: logarithmic ? 'log' : 'linear', domain: [low, high], nice: yDomain === undefined, clamp: true },
    marks,
  });
}

/** From the smoothed lines alone, so that single outliers of the raw ones do not flatten everything. */
function range(series: readonly Series[], logarithmic: boolean): [number, number] {
  const strong = series.some(({ faint }) => !faint) ? series.filter(({ faint }) => !faint) : series;
  const values = strong.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  if (values.length === 0) return [logarithmic ? 0.1 : 0, 1];
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  if (low === high) return logarithmic ? [low / 2, high * 2] : [low - 0.5, high + 0.5];
  return [low, high];
}
