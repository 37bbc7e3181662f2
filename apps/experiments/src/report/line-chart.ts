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
  const domain = yDomain ?? range(series, logarithmic ?? false);
  const ticks = logarithmic ? logarithmicTicks(domain) : 5;
  const marks: Markish[] = [
    gridY({ stroke: 'var(--rule)', strokeOpacity: 1, ticks: ticks as number }),
    axisX({ label: xLabel, tickSize: 0, ticks: 6, labelArrow: 'none', labelAnchor: 'right' }),
    axisY({ label: yLabel, tickSize: 0, ticks: ticks as number, tickFormat: String, labelArrow: 'none' }),
    ...series.map(({ points, colour, faint }) =>
      line(points as [number, number][], {
        stroke: colour,
        strokeWidth: faint ? 1 : 2,
        strokeOpacity: faint ? 0.28 : 1,
      }),
    ),
    ...(dots ? series.map(({ points, colour }) => dot(points as [number, number][], { fill: colour, r: 4 })) : []),
  ];
  return figure({
    legend: named,
    ...options,
    y: { type: logarithmic ? 'log' : 'linear', domain: [...domain], nice: !yDomain && !logarithmic, clamp: true },
    marks,
  });
}

/** 1, 2 and 5 times the powers of ten in the domain. */
function logarithmicTicks([low, high]: readonly [number, number]): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const digit of [1, 2, 5]) ticks.push(Number((digit * 10 ** power).toPrecision(1)));
  }
  return ticks.filter((tick) => tick >= low && tick <= high);
}

/** From the smoothed lines alone, so that single outliers of the raw ones do not flatten everything. */
function range(series: readonly Series[], logarithmic: boolean): [number, number] {
  const strong = series.some(({ faint }) => !faint) ? series.filter(({ faint }) => !faint) : series;
  const values = strong.flatMap(({ points }) => points.map(([, y]) => y)).filter(Number.isFinite);
  if (values.length === 0) return [logarithmic ? 0.1 : 0, 1];
  const low = values.reduce((least, value) => Math.min(least, value));
  const high = values.reduce((most, value) => Math.max(most, value));
  if (logarithmic) return [low / 1.5, high * 1.5];
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}
