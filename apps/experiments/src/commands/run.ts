import { join } from 'node:path';
import { parseArgs } from 'citty';
import { checkFolders } from '../data/check-folders.ts';
import { UsageError } from '../errors.ts';
import { resolveStudy } from '../pipeline/resolve-study.ts';
import { runStudy } from '../pipeline/run-study.ts';
import type { Terminal } from '../terminal.ts';
import { checkArguments } from './check-arguments.ts';
import { runArguments } from './run-arguments.ts';

/** `deflow run STUDY.yaml`: prepares, trains, degrades, trains super-resolution, evaluates and reports. Gives the exit code. */
export async function run(raw: readonly string[], terminal: Terminal): Promise<number> {
  const [file, ...rest] = raw;
  if (file === undefined || file.startsWith('-')) {
    throw new UsageError('deflow run needs a study.', {
      remedy: 'Name its file first: deflow run studies/small.yaml.',
      value: file,
    });
  }
  checkArguments('run', rest, runArguments);
  const given = parseArgs(rest, runArguments);
  const study = await resolveStudy({ file, settings: repeated(rest, 'set'), ...given });
  const out = given.out ?? join('runs', study.name);
  const { clean, degraded } = study.photographs;
  await checkFolders({ from: { clean, degraded }, out });
  return runStudy({ study, out, dryRun: given['dry-run'] === true, terminal });
}

/** All values of an option that may be given several times, which citty does not keep. */
function repeated(raw: readonly string[], name: string): string[] {
  return raw.flatMap((token, index) => {
    if (token === `--${name}`) return raw[index + 1] ?? [];
    return token.startsWith(`--${name}=`) ? token.slice(name.length + 3) : [];
  });
}
