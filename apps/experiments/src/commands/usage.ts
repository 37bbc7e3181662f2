import { quickArguments } from './quick-arguments.ts';

interface Shown {
  readonly description: string;
  readonly valueHint?: string;
}

/** What `deflow --help` prints. */
export function usage(): string {
  const options = Object.entries<Shown>(quickArguments).map(
    ([name, { valueHint = '', description }]) => `  ${`--${name} ${valueHint}`.padEnd(18)} ${description}`,
  );
  return `Learns how a camera degrades photographs, from two folders that have nothing to do with each other.

  deflow quick [options]        npm start -- [options]

Trains a small DeFlow for at most 5 minutes, degrades held-out clean photographs with it, and writes a run folder
with a report to look at. Without folders it makes its own photographs and its own camera.

${options.join('\n')}`;
}
