import { createHash } from 'node:crypto';
import type { StartedEngine } from '../engine.ts';
import type { Terminal } from '../terminal.ts';
import type { WorkProgress } from './work-progress.ts';

export const stageKinds = ['photographs', 'prepare', 'train', 'degrade', 'train-sr', 'evaluate', 'report'] as const;

export type StageKind = (typeof stageKinds)[number];

/** What a stage finds when it runs. */
export interface StageContext {
  /** Its own folder; holds what an interrupted run of it left. */
  readonly folder: string;
  /** The folder of a stage that is done. */
  folderOf(stage: Stage): string;
  /** The engine, started by the first stage that needs it. */
  engine(): Promise<StartedEngine>;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  progress(total: number, unit: string): WorkProgress;
}

/** A piece of work of a study. */
export interface Stage {
  readonly kind: StageKind;
  /** What tells it from others of its kind, such as `x4 deflow seed 1`. */
  readonly label: string;
  /** Everything but the inputs that its result depends on, as plain data. */
  readonly settings: unknown;
  readonly inputs: readonly Stage[];
  /** Does the work, or the rest of it, into `context.folder`. Throws when the signal kept it from the end. */
  run(context: StageContext): Promise<void>;
}

/** Raised when the program makes something else of the same settings. */
const versions: Record<StageKind, number> = {
  photographs: 1,
  prepare: 1,
  train: 1,
  degrade: 1,
  'train-sr': 1,
  evaluate: 1,
  report: 1,
};

/** Names a stage by what goes into it: kind, settings and everything that its inputs are made of. */
export function stageHash({ kind, settings, inputs }: Stage): string {
  const content = [kind, versions[kind], settings, inputs.map(stageHash)];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}

/** Its folder's name, readable and unique. */
export const stageName = (stage: Stage): string =>
  [stage.kind, ...stage.label.split(' '), stageHash(stage)].filter(Boolean).join('-');

/** A stage and everything that it needs, inputs first, each once. */
export function inOrder(last: Stage): Stage[] {
  const found = new Map<string, Stage>();
  const visit = (stage: Stage) => {
    const name = stageName(stage);
    if (found.has(name)) return;
    for (const input of stage.inputs) visit(input);
    found.set(name, stage);
  };
  visit(last);
  return [...found.values()];
}
