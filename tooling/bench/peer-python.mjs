import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const packages = ['torch==2.15.0', 'numpy', 'scikit-image==0.26.0', 'piq==0.8.0'];

/** The Python of a private virtual environment outside the tree that has PyTorch, scikit-image and piq; made by pip at the first call. */
export async function peerPython() {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'deflow', `bench-python-${packages[0]}`);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'complete');
  // The stamp says what is installed: an environment of an older list gets what it lacks.
  const wanted = packages.join(' ');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  console.error(`Installing ${packages.join(', ')} into a private environment (once; several GB)...`);
  mkdirSync(folder, { recursive: true });
  const steps = [
    ['python3', ['-m', 'venv', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', ...packages]],
  ];
  for (const [command, args] of steps) {
    const { status } = spawnSync(command, args, { stdio: 'inherit' });
    if (status !== 0)
      throw new Error(`${command} ${args.join(' ')} failed; the peer needs Python 3.10 or newer with pip and venv.`);
  }
  writeFileSync(stamp, wanted);
  return python;
}
