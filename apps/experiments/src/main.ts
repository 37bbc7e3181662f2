import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeFlowError } from '@deflow/images';
import { quick } from './commands/quick.ts';
import { run as runCommand } from './commands/run.ts';
import { usage } from './commands/usage.ts';
import { nearest } from './configuration/nearest.ts';
import { UsageError } from './errors.ts';
import type { Terminal } from './terminal.ts';

const commands = { quick, run: runCommand } as const;

/** The program `deflow`: runs a command and gives the exit code. 0 well, 1 a named error, 70 an unexpected one, 130 interrupted. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await run(argv, terminal);
  } catch (error) {
    return fail(error, terminal);
  }
}

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...rest] = argv;
  const named = first !== undefined && !first.startsWith('-');
  if (argv.includes('--help') || argv.includes('-h')) {
    terminal.line(usage());
    return 0;
  }
  if (named && !(first in commands)) {
    const meant = nearest(first, Object.keys(commands));
    throw new UsageError(`There is no command "${first}".`, {
      remedy: meant ? `Did you mean \`deflow ${meant}\`?` : `There is: ${Object.keys(commands).join(', ')}.`,
      value: first,
    });
  }
  return named ? commands[first as keyof typeof commands](rest, terminal) : quick(argv, terminal);
}

/** Deliberate errors say what to do; of others, the details go to a file. */
async function fail(error: unknown, terminal: Terminal): Promise<number> {
  if (DeFlowError.isInstance(error)) {
    terminal.complaint((error as DeFlowError).message);
    return 1;
  }
  const log = join(tmpdir(), `deflow-error-${process.pid}.log`);
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const written = await writeFile(log, `${new Date().toISOString()}\n${details}\n`).then(
    () => `The details are in ${log}; please report them.`,
    () => details,
  );
  const message = error instanceof Error ? error.message.split('\n')[0] : String(error);
  terminal.complaint(`Something went wrong that should not: ${message}\n  ${written}`);
  return 70;
}
