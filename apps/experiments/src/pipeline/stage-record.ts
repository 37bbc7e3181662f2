import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import { type Stage, stageHash } from './stage.ts';

/** `stage.json`: written when a stage is done. */
export interface StageRecord {
  readonly kind: string;
  readonly label: string;
  readonly hash: string;
  readonly settings: unknown;
  /** Seconds that the last run of it took; an interrupted one's are not in it. */
  readonly seconds: number;
  /** Most memory that the process had used by then, in MB. */
  readonly peakMB: number;
  readonly finished: string;
}

const recordName = 'stage.json';

/** The record of a stage in its folder; undefined while it is not done. */
export async function readStageRecord(folder: string): Promise<StageRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, recordName), 'utf8')) as StageRecord;
  } catch {
    return undefined;
  }
}

/** Marks a stage as done. */
export const writeStageRecord = (folder: string, stage: Stage, seconds: number): Promise<void> => {
  const { kind, label, settings } = stage;
  const record: StageRecord = {
    kind,
    label,
    hash: stageHash(stage),
    settings,
    seconds,
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
    finished: new Date().toISOString(),
  };
  return writeRunFile(join(folder, recordName), `${JSON.stringify(record, null, 1)}\n`);
};
