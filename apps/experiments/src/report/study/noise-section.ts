import { escapeHtml } from '../escape-html.ts';
import { decimals } from '../format.ts';
import type { NoiseTable } from './study-data.ts';

type Statistics = NoiseTable['columns'][number]['statistics'];

const quantities: readonly [name: string, value: (s: Statistics) => number, places: number][] = [
  ['Level (standard deviation, of 255)', ({ std }) => std, 1],
  ['Correlation of neighbours, across', ({ correlationHorizontal }) => correlationHorizontal, 2],
  ['Correlation of neighbours, down', ({ correlationVertical }) => correlationVertical, 2],
  ['Correlation of red and green', ({ channelCorrelation }) => channelCorrelation.rg, 2],
  ['Kurtosis', ({ kurtosis }) => kurtosis, 2],
];

/** The noise that the networks learned from, beside the real one. */
export function noiseSection(tables: readonly NoiseTable[]): string {
  const shown = tables.filter(({ columns }) => columns.length > 0);
  if (shown.length === 0) return '';
  const html = shown.map(({ factor, columns }) => {
    const head = columns.map(({ name }) => `<th class="number">${escapeHtml(name)}</th>`).join('');
    const rows = quantities.map(([name, value, places]) => {
      const real = columns[0]!.statistics;
      const distance = (made: Statistics) => Math.abs(value(made) - value(real));
      // Where next to nothing was added there is no noise to compare.
      const noisy = columns.slice(1).filter(({ statistics }) => statistics.std > real.std / 2);
      const nearest = Math.min(...noisy.map(({ statistics }) => distance(statistics)));
      const cells = columns.map((column) => {
        const text = decimals(value(column.statistics), places);
        const isNearest = noisy.length > 1 && noisy.includes(column) && distance(column.statistics) === nearest;
        return isNearest ? `<td class="number best"><b>${text}</b></td>` : `<td class="number">${text}</td>`;
      });
      return `<tr><th scope="row">${name}</th>${cells.join('')}</tr>`;
    });
    return `<h3>×${factor}</h3><div class="table-scroll"><table><thead><tr><th>Flat patches of the low resolution</th>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
  });
  return `<section id="noise"><h2>Is it the same noise?</h2><p class="lead">What each degradation made of held-out pictures, beside the really degraded pictures of training (other scenes). Bold: the nearest to the real one.</p>${html.join('')}</section>`;
}
