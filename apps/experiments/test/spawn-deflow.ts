import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../src/cli.ts', import.meta.url));

export interface Ended {
  code: number | null;
  output: string;
  complaints: string;
}

export interface Spawned {
  readonly ended: Promise<Ended>;
  /** Waits until the program has printed something like this; fails when it ends before. */
  saw(pattern: RegExp): Promise<void>;
  /** Ctrl-C. */
  interrupt(): void;
  /** What no program can refuse: SIGKILL. */
  kill(): void;
}

/** Starts `deflow` from its sources in a process of its own. */
export function spawnDeFlow(argv: readonly string[]): Spawned {
  const child = spawn(process.execPath, ['--conditions=@deflow/source', '--import', 'tsx', cli, ...argv]);
  let output = '';
  let complaints = '';
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output, complaints }));
  });
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (complaints += data));
  return {
    ended,
    saw: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(output) && resolve();
        child.stdout.on('data', look);
        ended.then(() => reject(new Error(`Ended without ${pattern}: ${output}${complaints}`)));
        look();
      }),
    interrupt: () => child.kill('SIGINT'),
    kill: () => child.kill('SIGKILL'),
  };
}
