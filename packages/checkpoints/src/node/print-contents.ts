import { type CheckpointSummary, summarize } from '../summary.ts';
import type { CheckpointContents } from './checkpoint-file.ts';

const formatNames = {
  safetensors: 'safetensors',
  pytorch: 'PyTorch, zip container',
  'pytorch-legacy': 'PyTorch, legacy container',
};

const grouped = (count: number) => count.toLocaleString('en-US');

/** What a checkpoint holds, for people: one line for each tensor and value, then the totals. */
export function describeContents(path: string, { format, value, metadata }: CheckpointContents): string {
  const { tensors, values, parameters } = summarize(value);
  const rows = tensors.map(({ key, shape, type, sum }) => [key, `[${shape.join(', ')}]`, type, sum.toPrecision(8)]);
  const others = [...Object.entries(values), ...Object.entries(metadata)];
  const totals = `${grouped(tensors.length)} tensors, ${grouped(parameters)} parameters`;
  return [
    `${path}: ${formatNames[format]}`,
    ...columns(rows),
    ...others.map(([name, each]) => `  ${name} = ${JSON.stringify(each)}`),
    `  ${totals}`,
  ].join('\n');
}

function columns(rows: readonly string[][]): string[] {
  const width = (column: number) => rows.reduce((widest, row) => Math.max(widest, row[column]!.length), 0);
  const widths = [width(0), width(1), width(2), width(3)];
  return rows.map((row) => {
    const cells = row.map((cell, column) => (column === 3 ? cell.padStart(widths[3]!) : cell.padEnd(widths[column]!)));
    return `  ${cells.join('  ')}`;
  });
}

/** The same as plain data. */
export const contentsAsData = (path: string, { format, value, metadata }: CheckpointContents) => ({
  path,
  format,
  ...(summarize(value) satisfies CheckpointSummary),
  metadata,
});
