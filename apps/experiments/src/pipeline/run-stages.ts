import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartedEngine } from '../engine.ts';
import { explainWriteError } from '../errors.ts';
import { duration } from '../report/format.ts';
import type { Terminal } from '../terminal.ts';
import { type Stage, type StageKind, stageName } from './stage.ts';
import { readStageRecord, writeStageRecord } from './stage-record.ts';
import { workProgress } from './work-progress.ts';

export interface RunStagesOptions {
  stages: readonly Stage[];
  /** Holds a folder for each stage. */
  folder: string;
  /** Kinds of stages to run although they are done. */
  again: readonly StageKind[];
  engine(): Promise<StartedEngine>;
  terminal: Terminal;
  signal: AbortSignal;
}

/** Thrown by stages, and between them, when the signal came. */
export class InterruptedError extends Error {}

/** Runs the stages that are not done, in their order. @throws InterruptedError */
export async function runStages({ stages, folder, again, engine, terminal, signal }: RunStagesOptions): Promise<void> {
  const folderOf = (stage: Stage) => join(folder, stageName(stage));
  for (const [index, stage] of stages.entries()) {
    const own = folderOf(stage);
    const title =
      `${String(index + 1).padStart(String(stages.length).length)}/${stages.length}  ${stage.kind} ${stage.label}`.trimEnd();
    const before = await readStageRecord(own);
    if (before && !again.includes(stage.kind)) {
      terminal.line(`${title}: done before`);
      continue;
    }
    if (signal.aborted) throw new InterruptedError();
    terminal.line(title);
    await mkdir(own, { recursive: true }).catch((error) => {
      throw explainWriteError(error, own);
    });
    const began = performance.now();
    let progress = workProgress(1, '', { ...terminal, interactive: false });
    try {
      await stage.run({
        ...{ folder: own, folderOf, engine, terminal, signal },
        progress: (total, unit) => {
          progress.stop();
          progress = workProgress(total, unit, terminal);
          return progress;
        },
      });
    } catch (error) {
      if (signal.aborted) throw new InterruptedError('', { cause: error });
      throw explainWriteError(error, own);
    } finally {
      progress.stop();
    }
    if (signal.aborted) throw new InterruptedError();
    const seconds = (performance.now() - began) / 1000;
    await writeStageRecord(own, stage, seconds);
    terminal.line(`${' '.repeat(title.indexOf('  ') + 2)}${duration(seconds)}`);
  }
}
