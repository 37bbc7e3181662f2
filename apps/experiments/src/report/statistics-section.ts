import type { FlatPatchStatistics } from '@deflow/metrics';
import { type AcceptanceRow, countPassed } from '../evaluation/acceptance.ts';
import { dotChart } from './dot-chart.ts';
import { escapeHtml } from './escape-html.ts';
import { seriesColours } from './figure.ts';
import { decimals, thousands } from './format.ts';
import { lineChart } from './line-chart.ts';
import { pairTable } from './pair-table.ts';
import type { GreyResponse, StatisticsReport } from './report-data.ts';

const mark = (passed: boolean | undefined) =>
  passed === undefined
    ? '<span class="mark open" title="cannot be judged on these pictures">–</span>'
    : passed
      ? '<span class="mark pass" title="met">✓</span>'
      : '<span class="mark fail" title="not met">✗</span>';

function acceptanceTable({ deflow, gaussian }: StatisticsReport['acceptance']): string {
  const cell = (row: AcceptanceRow) => `<td class="number">${decimals(row.value, 2)} ${mark(row.passed)}</td>`;
  const rows = deflow.map(
    (row, index) =>
      `<tr><th scope="row">${escapeHtml(row.quantity)}</th><td class="number demand">${escapeHtml(row.demand)}</td>${cell(row)}${cell(gaussian[index]!)}</tr>`,
  );
  const total = (list: readonly AcceptanceRow[]) => {
    const { passed, judged } = countPassed(list);
    return `<td class="number"><b>${passed} of ${judged}</b></td>`;
  };
  return `<div class="table-scroll"><table><thead><tr><th>Demand</th><th class="number">Limit</th><th class="number deflow">DeFlow</th><th class="number gaussian">Gaussian</th></tr></thead>
<tbody>${rows.join('')}</tbody><tfoot><tr><th scope="row">Met</th><td></td>${total(deflow)}${total(gaussian)}</tr></tfoot></table></div>`;
}

const methods = ['real', 'deflow', 'gaussian', 'clean'] as const;
const names = { real: 'Real', deflow: 'DeFlow', gaussian: 'Gaussian', clean: 'Clean' };

const quantities: readonly [name: string, values: (s: FlatPatchStatistics) => readonly number[], places: number][] = [
  ['Level', ({ std }) => [std], 2],
  ['Correlation of neighbours, across / down', (s) => [s.correlationHorizontal, s.correlationVertical], 3],
  ['Correlation of channels, RG / GB / RB', ({ channelCorrelation: c }) => [c.rg, c.gb, c.rb], 2],
  ['Kurtosis', ({ kurtosis }) => [kurtosis], 2],
  ['Level at brightness 0–51 / –102 / –153 / –204', ({ brightness }) => brightness, 1],
  ['Finest detail, flat / middle / textured', ({ texture: t }) => [t.flat, t.middle, t.textured], 1],
  ['Level by picture, mean / spread', ({ perPictureStd: p }) => [p.mean, p.sd], 1],
  ['Patches', ({ patches }) => [patches], 0],
];

function statisticsTable(statistics: StatisticsReport): string {
  const head = methods.map((method) => `<th class="number ${method}">${names[method]}</th>`).join('');
  const rows = quantities.map(([name, values, places]) => {
    const cells = methods.map((method) => {
      const shown = values(statistics[method]).map((value) =>
        name === 'Patches' ? thousands(value) : decimals(value, places),
      );
      return `<td class="number">${shown.join(' / ')}</td>`;
    });
    return `<tr><th scope="row">${name}</th>${cells.join('')}</tr>`;
  });
  return `<div class="table-scroll"><table><thead><tr><th>In flat patches</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const brightnessCentres = [25.5, 76.5, 127.5, 178.5];
const compared = ['real', 'deflow', 'gaussian'] as const;

function charts(statistics: StatisticsReport, greyResponse: readonly GreyResponse[]): string {
  const series = (values: (s: FlatPatchStatistics) => readonly number[]) =>
    compared.map((method) => ({
      name: names[method],
      colour: seriesColours[method],
      values: values(statistics[method]),
    }));
  const levels = compared.map((method) => ({
    name: names[method],
    colour: seriesColours[method],
    points: brightnessCentres
      .map((x, index) => [x, statistics[method].brightness[index]!] as const)
      .filter(([, y]) => Number.isFinite(y)),
  }));
  const most = Math.max(...levels.flatMap(({ points }) => points.map(([, y]) => y)), 1);
  return `<div class="charts">
${lineChart({ title: 'Level by brightness', caption: 'Real sensors are noisier in the shadows; Gaussian noise does not know.', series: levels, xLabel: 'brightness of the patch', yLabel: 'noise level (1/255)', yDomain: [0, most * 1.15], x: { domain: [0, 255] }, dots: true })}
${dotChart({ title: 'Correlation', caption: 'How alike neighbouring pixels and the three colours are in the noise.', rows: ['across', 'down', 'red–green', 'green–blue', 'red–blue'], series: series((s) => [s.correlationHorizontal, s.correlationVertical, s.channelCorrelation.rg, s.channelCorrelation.gb, s.channelCorrelation.rb]), xLabel: 'correlation' })}
${dotChart({ title: 'Finest detail by texture', caption: 'Noise that copies the texture of the picture shows as a steep rise.', rows: ['flat', 'middle', 'textured'], series: series(({ texture: t }) => [t.flat, t.middle, t.textured]), xLabel: 'diagonal Haar (1/255)' })}
${greyResponse.length > 0 ? greyChart(greyResponse) : ''}
</div>`;
}

function greyChart(response: readonly GreyResponse[]): string {
  const channels = ['red', 'green', 'blue'];
  const most = Math.max(...response.flatMap(({ std }) => [...std]), 1);
  return lineChart({
    title: 'What Sigma has learned: noise on flat grey',
    caption: 'The level that the model adds to an empty picture of each brightness.',
    series: channels.map((name, channel) => ({
      name,
      colour: `var(--${name})`,
      points: response.map(({ brightness, std }) => [brightness, std[channel]!] as const),
    })),
    xLabel: 'brightness',
    yLabel: 'noise level (1/255)',
    yDomain: [0, most * 1.1],
  });
}

/** Numbers and plots of real, learned and Gaussian noise, and whether the learned one is good enough. */
export function statisticsSection(statistics: StatisticsReport, greyResponse: readonly GreyResponse[]): string {
  const { heldOut, real } = statistics.pictures;
  return `<section id="statistics"><h2>Is it the same noise?</h2>
<p class="lead">Measured where pictures have nothing but noise: in the flattest 15 % of the 12×12 patches, on ${thousands(real)} real pictures and ${thousands(heldOut)} held-out clean ones degraded by each method. All demands have to hold together: plain noise of the right level meets some of them, too.</p>
${acceptanceTable(statistics.acceptance)}
${charts(statistics, greyResponse)}
${statisticsTable(statistics)}
${pairTable(statistics.pairs)}</section>`;
}
