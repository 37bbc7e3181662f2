import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeFlowError } from '@deflow/images';
import { commandNamed, commandUsage, usage } from './commands/usage.ts';
import { nearestPath } from './data/nearest-path.ts';
import { UsageError } from './errors.ts';
import type { Terminal } from './terminal.ts';

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
  const name = first !== undefined && !first.startsWith('-') ? first : undefined;
  if (argv.length === 0 || argv.includes('--help') || argv.includes('-h')) {
    terminal.line(name === undefined ? usage() : commandUsage(name));
    return 0;
  }
  if (name !== undefined) return commandNamed(name).run(rest, terminal);
  throw new UsageError(`deflow needs a command before ${first}.`, {
    remedy: `Write: deflow start ${argv.join(' ')}; \`deflow\` alone lists the commands.`,
    value: argv,
  });
}

/** Deliberate errors say what to do; of others, the details go to a file. */
async function fail(error: unknown, terminal: Terminal): Promise<number> {
  if (DeFlowError.isInstance(error)) {
    const missing = missingPath(error as DeFlowError);
    const hint = missing === undefined ? '' : `\n  ${await nearestPath(missing)}`;
    terminal.complaint(`${(error as DeFlowError).message}${hint}`);
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

/** The path that was to be read and leads nowhere, if that is what is wrong. */
function missingPath({ cause, value }: DeFlowError): string | undefined {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  return code === 'ENOENT' && typeof value === 'string' && !existsSync(value) ? value : undefined;
}
