import { join } from 'node:path';
import { writeImage } from '@deflow/images/node';
import type { Stage } from '../pipeline/stage.ts';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import { readRealNoise } from './measure-photographs.ts';
import { readMeasurement } from './measure-row.ts';
import { demandsMarkdown, type MeasuredRow, statisticsMarkdown } from './noise-markdown.ts';
import { sceneSheet } from './scene-sheet.ts';

/** A table whose rows are measured by stages, one a seed. */
export interface PlannedTable {
  readonly title: string;
  readonly rows: readonly { readonly name: string; readonly stages: readonly Stage[] }[];
}

export const tableFile = 'table.md';
const pictureFile = (table: number) => `table-${table + 1}.png`;

/** Joins all measurements: `table.md`, `table.json`, and a sheet of pictures for each table. */
export const tableStage = (tables: readonly PlannedTable[], photographs: Stage): Stage => ({
  kind: 'report',
  label: 'noise',
  settings: { tables: tables.map(({ title, rows }) => ({ title, rows: rows.map(({ name }) => name) })) },
  inputs: [photographs, ...tables.flatMap(({ rows }) => rows.flatMap(({ stages }) => stages))],
  async run({ folder, folderOf, terminal }) {
    const { real, scenes } = await readRealNoise(folderOf(photographs));
    const measured: { title: string; rows: MeasuredRow[] }[] = [];
    for (const [index, { title, rows }] of tables.entries()) {
      const rowsMeasured = rows.map(async ({ name, stages }) => ({
        name,
        measurements: await Promise.all(stages.map((stage) => readMeasurement(folderOf(stage)))),
      }));
      measured.push({ title, rows: await Promise.all(rowsMeasured) });
      const sheet = await sceneSheet({
        scenes: scenes.length,
        photographs: folderOf(photographs),
        rows: rows.map(({ stages }) => folderOf(stages[0]!)),
      });
      await writeImage(join(folder, pictureFile(index)), sheet);
    }
    const text = measured.map(({ title, rows }, index) => {
      const order = ['clean', ...rows.map(({ name }) => name), 'real'].join('; ');
      return [
        `## ${title}`,
        statisticsMarkdown(real, rows),
        demandsMarkdown(real, rows),
        `${pictureFile(index)}, from top to bottom: ${order}.`,
      ].join('\n\n');
    });
    await writeRunFile(join(folder, 'table.json'), `${JSON.stringify({ real, tables: measured }, null, 1)}\n`);
    await writeRunFile(join(folder, tableFile), `${text.join('\n\n')}\n`);
    terminal.line(`\n${text.join('\n\n')}`);
  },
});
