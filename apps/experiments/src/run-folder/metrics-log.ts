import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { explainWriteError } from '../errors.ts';
import type { TrainingRecord } from '../training/training-record.ts';
import { writeRunFile } from './write-run-file.ts';

/** metrics.jsonl: one JSON record a line, written as training goes. */
export interface MetricsLog<Entry extends { readonly step: number } = TrainingRecord> {
  readonly records: readonly Entry[];
  add(record: Entry): void;
}

/** Opens the log at `path`; records after `step`, of a run that went on after its last checkpoint, are dropped. */
export async function openMetricsLog<Entry extends { readonly step: number } = TrainingRecord>(
  path: string,
  step: number,
): Promise<MetricsLog<Entry>> {
  const text = step > 0 ? await readFile(path, 'utf8').catch(() => '') : '';
  const records = text.split('\n').flatMap((line) => parseRecord<Entry>(line) ?? []);
  const kept = records.filter((record) => record.step <= step);
  await writeRunFile(path, kept.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return {
    records: kept,
    add(record) {
      kept.push(record);
      try {
        appendFileSync(path, `${JSON.stringify(record)}\n`);
      } catch (error) {
        throw explainWriteError(error, path);
      }
    },
  };
}

/** A line cut off by a crash is no record. */
function parseRecord<Entry>(line: string): Entry | undefined {
  try {
    return line === '' ? undefined : JSON.parse(line);
  } catch {
    return undefined;
  }
}
