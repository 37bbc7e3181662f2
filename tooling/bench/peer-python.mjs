import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const packages = ['torch==2.15.0', 'numpy'];

/** The Python of a private virtual environment outside the tree that has PyTorch; made by pip at the first call. */
export async function peerPython() {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'deflow', `bench-python-${packages[0]}`);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'complete');
  if (existsSync(stamp)) return python;
  console.error(`Installing ${packages.join(', ')} into a private environment (once; several GB)...`);
  rmSync(folder, { recursive: true, force: true });
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
  writeFileSync(stamp, '');
  return python;
}
