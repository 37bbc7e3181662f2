import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { type StartedEngine, startEngine } from '../engine.ts';
import { explainWriteError } from '../errors.ts';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import type { Terminal } from '../terminal.ts';
import { interruptedExitCode, listenForInterruption } from '../training/interruption.ts';
import { leftOut, planStudy } from './plan-study.ts';
import { InterruptedError, runStages } from './run-stages.ts';
import { inOrder, type StageKind, stageName } from './stage.ts';
import { readStageRecord } from './stage-record.ts';
import { reportFile } from './stages/report.ts';
import type { StudyConfiguration } from './study-schema.ts';

export interface RunStudyOptions {
  study: StudyConfiguration;
  /** The folder of the study; what is done there is not done again. */
  out: string;
  /** Only tells what would be done. */
  dryRun: boolean;
  /** Kinds of stages to run although they are done. */
  again?: readonly StageKind[];
  terminal: Terminal;
}

/** Runs the stages of a study that are not done. Gives the exit code. */
export async function runStudy({ study, out, dryRun, again = [], terminal }: RunStudyOptions): Promise<number> {
  const folder = resolve(out);
  const last = await planStudy(study);
  const stages = inOrder(last);
  for (const note of leftOut(study)) terminal.line(note);
  if (dryRun) {
    for (const stage of stages) {
      const done = await readStageRecord(join(folder, stageName(stage)));
      terminal.line(`${done ? 'done' : 'to do'}  ${stageName(stage)}`);
    }
    return 0;
  }
  await mkdir(folder, { recursive: true })
    .then(() => writeRunFile(join(folder, 'study.yaml'), stringify(study)))
    .catch((error) => {
      throw explainWriteError(error, folder);
    });
  const interruption = listenForInterruption(terminal);
  let started: Promise<StartedEngine> | undefined;
  const engine = () => {
    started ??= startEngine(study.engine);
    return started;
  };
  try {
    const { description } = await engine();
    terminal.line(`Engine  ${description}`);
    await runStages({ stages, folder, again, engine, terminal, signal: interruption.signal });
    terminal.line(`\nReport  ${join(folder, stageName(last), reportFile)}`);
    return 0;
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    terminal.line('Stopped. The same command goes on where it was.');
    return interruptedExitCode;
  } finally {
    interruption.stopListening();
  }
}
