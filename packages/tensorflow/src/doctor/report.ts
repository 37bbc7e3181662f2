import type { Engine } from '../engine.ts';

/** One line of the doctor's report. */
export interface Check {
  readonly name: string;
  /** `missing` is worth knowing, `failed` stands in the way of training. */
  readonly status: 'ok' | 'missing' | 'failed';
  readonly value: string;
  /** What to do about a `missing` or `failed` one. */
  readonly remedy?: string;
}

export interface DoctorReport {
  /** Whether a model can be trained here: a backend runs and its gradients are right. */
  readonly canTrain: boolean;
  /** What `useTensorFlow` chose; null when it failed. */
  readonly engine: Engine | null;
  readonly checks: readonly Check[];
}

const signs = { ok: '✓', missing: '–', failed: '✗' };

/** The report as aligned lines of text. */
export function formatReport({ canTrain, checks }: DoctorReport): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, status, value, remedy }) => {
    const indent = ' '.repeat(width + 5);
    const line = `${signs[status]} ${name.padEnd(width)}   ${value.replaceAll('\n', `\n${indent}`)}`;
    return remedy ? [line, `${indent}→ ${remedy.replaceAll('\n', `\n${indent}  `)}`] : [line];
  });
  return [...lines, '', canTrain ? 'This machine can train.' : 'This machine cannot train yet.'].join('\n');
}
