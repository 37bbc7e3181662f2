import { describe, expect, it } from 'vitest';
import { comparisonSection } from './comparison-section.ts';
import { scoreMarkdown, scoreSection } from './score-section.ts';
import type { ScoreRow, ScoreTable } from './study-data.ts';
import { verdict } from './verdict.ts';

const row = (degradation: string, psnr: number, gmsd: number, { spread = 0, seeds = 1, akld = 1 } = {}): ScoreRow => ({
  degradation,
  mean: { psnr, psnrY: psnr + 1, ssim: psnr / 30, ssimY: psnr / 29, gmsd },
  spread: { psnr: spread, psnrY: spread, ssim: spread, ssimY: spread, gmsd: spread },
  seeds,
  ...(degradation === 'interpolation' ? {} : { akld: { mean: akld, spread } }),
});
const table = (...rows: ScoreRow[]): ScoreTable => ({ factor: 4, camera: 'phone <1>', pictures: 3, rows });

describe('the scores', () => {
  const tables = [
    table(
      row('interpolation', 27, 0.1),
      row('bicubic', 25, 0.3, { akld: 0.7 }),
      row('gaussian', 25.704, 0.2, { akld: 0.1 }),
      row('deflow', 26.005, 0.21, { akld: 0.2 }),
      row('paired', 28, 0.1, { akld: 0 }),
    ),
  ];

  it('mark the best of those that needed no truth', () => {
    const html = scoreSection(tables, 1);
    expect(html.match(/<b>[\d.]+<\/b>/g)).toEqual([
      ...['<b>0.2000</b>', '<b>0.100</b>'],
      ...['<b>26.00</b>', '<b>27.00</b>', '<b>0.8668</b>', '<b>0.8967</b>'],
    ]);
    expect(html).toContain('phone &lt;1&gt;');
    expect(scoreMarkdown(tables)).toContain(
      '| Gaussian noise | 25.70 | 26.70 | 0.8568 | 0.8863 | **0.2000** | **0.100** |',
    );
  });

  it('are said in words, with the differences of the numbers in the table', () => {
    expect(verdict(tables[0]!)).toBe(
      'By PSNR DeFlow taught most: 26.00 dB, 0.30 more than Gaussian noise, 1.00 more than bicubic reduction. By GMSD Gaussian noise did.',
    );
    expect(scoreSection(tables, 1)).toContain('By PSNR DeFlow taught most');
    expect(verdict(table(row('deflow', 20, 0.1)))).toBe('');
  });

  it('name the doubt where seeds differ by as much as degradations', () => {
    const close = (spread: number) =>
      verdict(table(row('gaussian', 25.9, 0.2, { spread, seeds: 3 }), row('deflow', 26, 0.1, { spread, seeds: 3 })));
    expect(close(0.2)).toContain('Between the first two the seeds differ by as much (0.28 dB).');
    expect(close(0.02)).not.toContain('seeds');
    expect(close(0.02)).toContain('By GMSD, too.');
  });
});

describe('the pictures', () => {
  const column = (degradation: string) => ({
    ...{ degradation, label: `made by ${degradation}`, note: '20 dB' },
    ...{ picture: `data:image/webp;base64,${degradation}`, crop: 'data:,' },
  });
  const comparison = { factor: 2, camera: 'phone', columns: ['input', 'bicubic', 'deflow', 'truth'].map(column) };

  it('of a camera lie over each other, any two to choose', () => {
    const html = comparisonSection([comparison, { ...comparison }]);
    expect(html.match(/<figure class="slider"/g)).toHaveLength(1);
    expect(html.match(/class="under" src="[^"]*bicubic"/g)).toHaveLength(1);
    expect(html.match(/class="over" src="[^"]*deflow"/g)).toHaveLength(1);
    expect(html.match(/<option /g)).toHaveLength(8);
    expect(html).toContain('<option value="2" selected>made by deflow</option>');
    for (const number of [1, 2]) expect(html).toContain(`camera phone, picture ${number}`);
  });

  it('are left out where there are none', () => expect(comparisonSection([])).toBe(''));
});
