import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StartedEngine } from '../engine.ts';
import { explainWriteError, RunFolderError } from '../errors.ts';
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
  /** What to do to go on after a full disk. */
  goOn: string;
}

/** Thrown when the signal came, during a stage or before it. */
export class InterruptedError extends Error {
  constructor(
    /** The stage that comes next. */
    readonly stage: string,
    /** Stages that are done. */
    readonly done: number,
    cause?: unknown,
  ) {
    super(`Interrupted in ${stage}`, { cause });
  }
}

/** Runs the stages that are not done, in their order. @throws InterruptedError */
export async function runStages(options: RunStagesOptions): Promise<void> {
  const { stages, folder, again, engine, terminal, signal, goOn } = options;
  const folderOf = (stage: Stage) => join(folder, stageName(stage));
  for (const [index, stage] of stages.entries()) {
    const own = folderOf(stage);
    const name = `${stage.kind} ${stage.label}`.trimEnd();
    const title = `${String(index + 1).padStart(String(stages.length).length)}/${stages.length}  ${name}`;
    const before = await readStageRecord(own);
    if (before && !again.includes(stage.kind)) {
      terminal.line(`${title}: done before`);
      continue;
    }
    if (signal.aborted) throw new InterruptedError(name, index);
    terminal.line(title);
    const explained = (error: unknown) =>
      explainWriteError(
        error,
        own,
        `Free some space, then ${goOn}: it goes on with ${name}, and what was done before is kept.`,
      );
    await mkdir(own, { recursive: true })
      .then(() => removeLeftovers(own))
      .catch((error) => {
        throw explained(error);
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
      const known = explained(error);
      if (signal.aborted && !(known instanceof RunFolderError)) throw new InterruptedError(name, index, error);
      throw known;
    } finally {
      progress.stop();
    }
    const seconds = (performance.now() - began) / 1000;
    await writeStageRecord(own, stage, seconds).catch((error) => {
      throw explained(error);
    });
    terminal.line(`${' '.repeat(title.indexOf('  ') + 2)}${duration(seconds)}`);
  }
}

/** Takes away what a process that was killed in the middle of writing could not. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (/\.\d+\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
}
