import { spawnSync } from 'node:child_process';
import { PythonMissingError } from '../errors.ts';

/** A Python that has pip. */
export interface Python {
  readonly command: string;
  /** What `pip --version` says, without the path. */
  readonly pip: string;
}

const remedy =
  'Install Python 3.9 or newer with pip (Debian and Ubuntu: apt install python3-pip), or fetch the wheel by other means ' +
  'and use --wheel FILE; without TensorFlow the wasm backend still trains, more slowly.';

/** The first of `python3`, `python` and `py` that runs pip. */
export function findPython(environment: NodeJS.ProcessEnv = process.env): Python | undefined {
  for (const command of ['python3', 'python', 'py']) {
    const run = spawnSync(command, ['-m', 'pip', '--version'], { env: environment, encoding: 'utf8' });
    if (run.status === 0) return { command, pip: (run.stdout.split(' from ')[0] ?? '').trim() };
  }
  return undefined;
}

/** The same, or an error that says what to do. */
export function requirePython(environment: NodeJS.ProcessEnv = process.env): Python {
  const python = findPython(environment);
  if (python) return python;
  const withoutPip = ['python3', 'python', 'py'].find(
    (name) => spawnSync(name, ['--version'], { env: environment }).status === 0,
  );
  const message = withoutPip
    ? `${withoutPip} has no pip, which obtains TensorFlow.`
    : 'There is no Python, whose pip obtains TensorFlow.';
  throw new PythonMissingError(message, { value: environment.PATH, remedy });
}
