import { quickArguments } from './quick-arguments.ts';
import { runArguments } from './run-arguments.ts';

interface Shown {
  readonly description: string;
  readonly valueHint?: string;
}

/** What `deflow --help` prints. */
export function usage(): string {
  return `Learns how a camera degrades photographs, from two folders that have nothing to do with each other.

  deflow quick [options]        npm start -- [options]

Trains a small DeFlow for at most 5 minutes, degrades held-out clean photographs with it, and writes a run folder
with a report to look at. Without folders it makes its own photographs and its own camera.

${optionList(quickArguments)}

  deflow run STUDY.yaml [options]

The whole study: prepares, trains DeFlow, degrades, trains super-resolution on each degradation, evaluates and reports.
It does only what is not done yet, so the same command goes on after an interruption. Studies that come with the
program: studies/small.yaml, with --set scale=quick or --set scale=smoke in less time.

${optionList(runArguments)}`;
}

const optionList = (options: Readonly<Record<string, Shown>>) =>
  Object.entries(options)
    .map(([name, { valueHint = '', description }]) => `  ${`--${name} ${valueHint}`.padEnd(18)} ${description}`)
    .join('\n');
