import { columnsOf, type ScoreColumn } from '../../pipeline/scores.ts';
import { escapeHtml } from '../escape-html.ts';
import { decimals } from '../format.ts';
import { competes, degradationLabels, type ScoreRow, type ScoreTable } from './study-data.ts';
import { verdict } from './verdict.ts';

const columnsOfTable = ({ rows }: ScoreTable) => columnsOf(rows.map(({ mean }) => mean));

/** The best of those that compete, for each score. */
export function winners(table: ScoreTable): Map<ScoreColumn['key'], ScoreRow> {
  const competitors = table.rows.filter(competes);
  return new Map(
    columnsOfTable(table).flatMap(({ key, higherIsBetter }) => {
      const sign = higherIsBetter ? 1 : -1;
      const best = [...competitors].sort((a, b) => sign * (b.mean[key]! - a.mean[key]!))[0];
      return best ? [[key, best]] : [];
    }),
  );
}

/** The one whose noise is nearest to the camera's. */
const nearestNoise = ({ rows }: ScoreTable): ScoreRow | undefined =>
  rows.filter((row) => competes(row) && row.akld).sort((a, b) => a.akld!.mean - b.akld!.mean)[0];

const withSpread = (mean: number, spread: number, places: number, seeds: number) =>
  `${decimals(mean, places)}${seeds > 1 ? ` <small>± ${decimals(spread, places)}</small>` : ''}`;

function tableHtml(table: ScoreTable): string {
  const best = winners(table);
  const nearest = nearestNoise(table);
  const columns = columnsOfTable(table);
  const cell = (text: string, isBest: boolean) =>
    isBest ? `<td class="number best"><b>${text}</b></td>` : `<td class="number">${text}</td>`;
  const head = columns
    .map(({ name, higherIsBetter }) => `<th class="number">${name} ${higherIsBetter ? '↑' : '↓'}</th>`)
    .join('');
  const rows = table.rows.map((row) => {
    const cells = columns.map(({ key, places }) => {
      const text = withSpread(row.mean[key]!, row.spread[key]!, places, row.seeds);
      return cell(text, best.get(key) === row);
    });
    const akld = row.akld ? withSpread(row.akld.mean, row.akld.spread, 3, row.seeds) : '–';
    return `<tr data-degradation="${row.degradation}"><th scope="row">${escapeHtml(degradationLabels[row.degradation] ?? row.degradation)}</th>${cells.join('')}${cell(akld, row === nearest)}</tr>`;
  });
  return `<h3>×${table.factor}, camera ${escapeHtml(table.camera)}: ${table.pictures} pictures</h3>
<p class="verdict">${escapeHtml(verdict(table))}</p>
<div class="table-scroll"><table class="scores"><thead><tr><th>Low resolution for training made by</th>${head}<th class="number">AKLD of the noise ↓</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

/** What every network reached on pictures that it never saw. */
export function scoreSection(tables: readonly ScoreTable[], seeds: number): string {
  const spread = seeds > 1 ? ` Means and standard deviations over ${seeds} seeds.` : '';
  return `<section id="scores"><h2>Which degradation teaches super-resolution most?</h2><p class="lead">The same network, start, patches and steps for each; only the low resolution it learned from differs. The test pictures are held-out photographs, reduced and sent through the camera that stands above each table.${spread} Bold: the best that needs no true pairs.</p>${tables.map(tableHtml).join('')}</section>`;
}

/** The same as Markdown, for documents. */
export function scoreMarkdown(tables: readonly ScoreTable[]): string {
  return tables
    .map((table) => {
      const best = winners(table);
      const nearest = nearestNoise(table);
      const columns = columnsOfTable(table);
      const bold = (text: string, isBest: boolean) => (isBest ? `**${text}**` : text);
      const head = ['low resolution made by', ...columns.map(({ name }) => name), 'AKLD'];
      const rows = table.rows.map((row) => {
        const number = (mean: number, spread: number, places: number) =>
          `${decimals(mean, places)}${row.seeds > 1 ? ` ± ${decimals(spread, places)}` : ''}`;
        const cells = columns.map(({ key, places }) => {
          const text = number(row.mean[key]!, row.spread[key]!, places);
          return bold(text, best.get(key) === row);
        });
        return [
          degradationLabels[row.degradation] ?? row.degradation,
          ...cells,
          row.akld ? bold(number(row.akld.mean, row.akld.spread, 3), row === nearest) : '–',
        ];
      });
      const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
      const rule = line(head.map((_, index) => (index === 0 ? '---' : '---:')));
      return `x${table.factor}, ${table.camera}, ${table.pictures} pictures\n\n${[line(head), rule, ...rows.map(line)].join('\n')}\n\n${verdict(table)}\n`;
    })
    .join('\n');
}
