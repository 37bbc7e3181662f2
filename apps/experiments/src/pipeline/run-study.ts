import type { Terminal } from '../terminal.ts';
import { leftOut, planStudy } from './plan-study.ts';
import { runPlan } from './run-plan.ts';
import type { StageKind } from './stage.ts';
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
  /** What to do to go on after an interruption; unless given, to repeat the command. */
  goOn?: string;
  terminal: Terminal;
}

/** Runs the stages of a study that are not done. Gives the exit code. */
export async function runStudy({ study, out, dryRun, again, goOn, terminal }: RunStudyOptions): Promise<number> {
  const last = await planStudy(study);
  for (const note of leftOut(study)) terminal.line(note);
  const { engine } = study;
  const { parts } = study.superResolution;
  return runPlan({ last, parts, result: reportFile, out, settings: study, engine, dryRun, again, goOn, terminal });
}
