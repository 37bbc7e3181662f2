import type { FolderDistances } from './distances.ts';

/** The scores of one picture by metric; an `error` where it could not be measured. */
export interface ReportRow {
  readonly name: string;
  readonly scores: Readonly<Record<string, number>>;
  readonly error?: string;
}

export type ReportFormat = 'table' | 'json' | 'csv';

/** The rows, and with more than one their mean, as text that ends with a line feed. */
export function report(rows: readonly ReportRow[], metrics: readonly string[], format: ReportFormat): string {
  if (format === 'json')
    return `${JSON.stringify({ images: rows.map(plain), mean: meansOf(rows, metrics) }, null, 2)}\n`;
  return format === 'csv' ? csv(rows, metrics) : table(rows, metrics);
}

/** The distances of two folders and the numbers of pictures as text that ends with a line feed. */
export function distanceReport({ scores, images, references }: FolderDistances, format: ReportFormat): string {
  const values = { ...scores, images, references };
  if (format === 'json') return `${JSON.stringify(values, null, 2)}\n`;
  const digits = (value: number) => (Number.isInteger(value) ? String(value) : value.toPrecision(6));
  const text = (value: number) => (format === 'csv' ? String(value) : digits(value));
  const columns = Object.entries(values).map(([name, value]) => [name, text(value)] as const);
  if (format === 'csv') return [0, 1].map((i) => `${columns.map((column) => column[i]).join(',')}\n`).join('');
  const width = ([name, value]: readonly [string, string]) => Math.max(name.length, value.length);
  return [0, 1].map((i) => `${columns.map((column) => column[i]!.padStart(width(column))).join('  ')}\n`).join('');
}

const meansOf = (rows: readonly ReportRow[], metrics: readonly string[]): Record<string, number | string> => {
  const measured = rows.filter((row) => row.error === undefined);
  const mean = (metric: string) => measured.reduce((sum, row) => sum + row.scores[metric]!, 0) / measured.length;
  return Object.fromEntries(metrics.map((metric) => [metric, inJson(mean(metric))]));
};

/** JSON knows neither infinity nor NaN. */
const inJson = (value: number) => (Number.isFinite(value) ? value : String(value));

const plain = ({ name, scores, error }: ReportRow) => ({
  name,
  ...Object.fromEntries(Object.entries(scores).map(([metric, value]) => [metric, inJson(value)])),
  ...(error === undefined ? {} : { error }),
});

function csv(rows: readonly ReportRow[], metrics: readonly string[]): string {
  const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map(({ name, scores, error }) =>
    [quoted(name), ...metrics.map((metric) => scores[metric] ?? ''), quoted(error ?? '')].join(','),
  );
  return `${[['name', ...metrics, 'error'].join(','), ...lines].join('\n')}\n`;
}

function table(rows: readonly ReportRow[], metrics: readonly string[]): string {
  const cell = (value: number | string | undefined) => (typeof value === 'number' ? value.toFixed(4) : String(value));
  const lines = rows.map(({ name, scores, error }) =>
    error === undefined ? [name, ...metrics.map((metric) => cell(scores[metric]))] : [name, error],
  );
  if (rows.length > 1) lines.push(['mean', ...Object.values(meansOf(rows, metrics)).map(cell)]);
  const cells = [['', ...metrics], ...lines];
  const widths = ['', ...metrics].map((_, column) =>
    Math.max(
      ...cells.filter((line) => line.length > metrics.length || column === 0).map((line) => line[column]!.length),
    ),
  );
  const line = (values: readonly string[]) =>
    values
      .map((value, column) => (column === 0 ? value.padEnd(widths[0]!) : value.padStart(widths[column] ?? 0)))
      .join('  ');
  return `${cells.map(line).join('\n')}\n`;
}
