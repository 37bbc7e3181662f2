import { describe, expect, it } from 'vitest';
import { dotChart } from './dot-chart.ts';
import { escapeHtml } from './escape-html.ts';
import { decimals, duration, thousands } from './format.ts';
import { lineChart } from './line-chart.ts';
import { smooth, thin } from './smooth.ts';

describe('format', () => {
  it('writes numbers for people', () => {
    expect(decimals(-0.456, 2)).toBe('−0.46');
    expect(decimals(-0.001, 2)).toBe('0.00');
    expect(decimals(Number.NaN, 2)).toBe('–');
    expect(thousands(1_234_567.4)).toBe('1,234,567');
  });
  it('writes durations for people', () => {
    expect(duration(8.24)).toBe('8.2 s');
    expect(duration(59.99)).toBe('1 min 00 s');
    expect(duration(245)).toBe('4 min 05 s');
    expect(duration(7380)).toBe('2 h 03 min');
  });
  it('keeps names from becoming markup', () => {
    expect(escapeHtml(`<img src="x" onerror='y'>&`)).toBe('&lt;img src=&quot;x&quot; onerror=&#39;y&#39;&gt;&amp;');
  });
});

describe('smooth and thin', () => {
  const points = Array.from({ length: 100 }, (_, x) => [x, x % 2] as const);
  it('gives the running mean', () => {
    expect(smooth(points, 20)[50]![1]).toBeCloseTo(0.5, 1);
    expect(
      smooth(
        [
          [0, 1],
          [1, Number.NaN],
          [2, 3],
        ],
        3,
      )[1],
    ).toEqual([1, 2]);
  });
  it('keeps the last point', () => {
    expect(thin(points, 30).length).toBeLessThanOrEqual(30);
    expect(thin(points, 30).at(-1)).toBe(points.at(-1));
  });
});

describe('charts', () => {
  const labels = { title: 'Loss & co', xLabel: 'step', yLabel: 'bits' };
  it('draws a line for each series and names them', () => {
    const svg = lineChart({
      ...labels,
      series: [
        {
          name: 'clean',
          colour: 'red',
          points: [
            [0, 1],
            [1, 2],
          ],
        },
        {
          name: 'degraded',
          colour: 'blue',
          points: [
            [0, 2],
            [1, 3],
          ],
        },
      ],
    });
    expect(svg.match(/aria-label="line"/g)).toHaveLength(2);
    expect(svg).toContain('<li style="color:blue">degraded</li>');
    expect(svg).toContain('Loss &amp; co');
    expect(svg).not.toContain('NaN');
  });
  it('survives series that are empty, constant or not finite', () => {
    for (const points of [
      [],
      [
        [0, 1],
        [1, 1],
      ],
      [[0, Number.NaN]],
    ] as [number, number][][]) {
      for (const logarithmic of [false, true]) {
        expect(lineChart({ ...labels, logarithmic, series: [{ name: 'a', colour: 'red', points }] })).not.toContain(
          'NaN',
        );
      }
    }
  });
  it('leaves out dots without a value', () => {
    const svg = dotChart({
      title: 't',
      xLabel: 'x',
      rows: ['a', 'b'],
      series: [{ name: 'real', colour: 'blue', values: [1, Number.NaN] }],
    });
    expect(svg.match(/<circle/g)).toHaveLength(1);
  });
});
