import type { PairStatistics } from '@deflow/metrics';
import { decimals } from './format.ts';
import type { StatisticsReport } from './report-data.ts';

const quantities: readonly [name: string, values: (s: PairStatistics) => readonly number[], places: number][] = [
  ['Level, red / green / blue', ({ std }) => std, 1],
  ['Correlation of neighbours, across / down', (s) => [s.correlationHorizontal, s.correlationVertical], 2],
  ['Correlation of channels, RG / GB / RB', ({ channelCorrelation: c }) => [c.rg, c.gb, c.rb], 2],
  ['Kurtosis', ({ kurtosis }) => [kurtosis], 2],
  ['Level at brightness 0–51 / –102 / –153 / –204 / –255', ({ brightness }) => brightness, 1],
  ['Level in flat / middle / textured areas', ({ texture: t }) => [t.flat, t.middle, t.textured], 1],
  ['Coarse part (means of 12×12)', ({ low }) => [low], 1],
  ['Change of colour, red / green / blue', ({ bias }) => bias, 1],
];

/** What each method did to the held-out clean pictures, pixel by pixel; with the truth where the camera is ours. */
export function pairTable({ truth, deflow, gaussian }: StatisticsReport['pairs']): string {
  const columns = [
    ...(truth ? [{ name: 'Real', className: 'real', statistics: truth }] : []),
    { name: 'DeFlow', className: 'deflow', statistics: deflow },
    { name: 'Gaussian', className: 'gaussian', statistics: gaussian },
  ];
  const head = columns.map(({ name, className }) => `<th class="number ${className}">${name}</th>`).join('');
  const rows = quantities.map(([name, values, places]) => {
    const cells = columns.map(({ statistics }) => {
      const shown = values(statistics).map((value) => decimals(value, places));
      return `<td class="number">${shown.join(' / ')}</td>`;
    });
    return `<tr><th scope="row">${name}</th>${cells.join('')}</tr>`;
  });
  return `<div class="table-scroll"><table><thead><tr><th>Degraded minus clean, everywhere</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}
