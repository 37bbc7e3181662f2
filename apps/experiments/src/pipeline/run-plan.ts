import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { Configuration } from '../configuration/schema.ts';
import { type StartedEngine, startEngine } from '../engine.ts';
import { explainWriteError } from '../errors.ts';
import { duration } from '../report/format.ts';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import type { Terminal } from '../terminal.ts';
import { interruptedExitCode, listenForInterruption } from '../training/interruption.ts';
import { InterruptedError, runStages } from './run-stages.ts';
import { inOrder, type Stage, type StageKind, stageName } from './stage.ts';
import { readStageRecord } from './stage-record.ts';

export interface RunPlanOptions {
  /** The stage that joins everything. */
  last: Stage;
  /** The file that it leaves. */
  result: string;
  /** Holds a folder for each stage; what is done there is not done again. */
  out: string;
  /** What the plan was made of: `study.yaml` in the folder. */
  settings: unknown;
  engine: Configuration['engine'];
  /** Parts of a batch that trainings compute beside each other. */
  parts?: number | undefined;
  /** Only tells what would be done. */
  dryRun: boolean;
  /** Kinds of stages to run although they are done. */
  again?: readonly StageKind[] | undefined;
  /** What to do to go on after an interruption. */
  goOn?: string | undefined;
  terminal: Terminal;
}

/** Runs a stage and those that it needs, as far as they are not done. Gives the exit code. */
export async function runPlan(options: RunPlanOptions): Promise<number> {
  const { last, result, out, settings, dryRun, again = [], terminal, goOn = 'give the same command again' } = options;
  const folder = resolve(out);
  const stages = inOrder(last);
  if (dryRun) {
    for (const stage of stages) {
      const done = await readStageRecord(join(folder, stageName(stage)));
      terminal.line(`${done ? 'done' : 'to do'}  ${stageName(stage)}`);
    }
    return 0;
  }
  await mkdir(folder, { recursive: true })
    .then(() => writeRunFile(join(folder, 'study.yaml'), stringify(settings)))
    .catch((error) => {
      throw explainWriteError(error, folder);
    });
  const interruption = listenForInterruption(terminal);
  const began = performance.now();
  let started: Promise<StartedEngine> | undefined;
  const engine = () => {
    started ??= startEngine(options.engine, options.parts);
    return started;
  };
  try {
    const { description } = await engine();
    terminal.line(`Engine  ${description}`);
    await runStages({ stages, folder, again, engine, terminal, signal: interruption.signal, goOn });
    const shown = join(folder, result);
    await writeRunFile(shown, await readFile(join(folder, stageName(last), result)));
    terminal.line(`\nReport  ${shown}   (${duration((performance.now() - began) / 1000)} in all)`);
    return 0;
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    terminal.line(
      `Stopped in ${error.stage}; ${error.done} of ${stages.length} stages are done. All of it is kept in ${folder}.`,
    );
    terminal.line(`To go on where it was, ${goOn}.`);
    return interruptedExitCode;
  } finally {
    interruption.stopListening();
  }
}
