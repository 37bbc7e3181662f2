import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRandom } from '@deflow/images';
import { afterAll, expect, test } from 'vitest';

const program = fileURLToPath(new URL('killed-training.ts', import.meta.url));
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  folders.push(mkdtempSync(join(tmpdir(), 'deflow-kill-')));
  return folders.at(-1)!;
}

const start = (folder: string, ...more: string[]): ChildProcess =>
  spawn(process.execPath, ['--conditions=@deflow/source', '--import', 'tsx', program, folder, ...more], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });

/** Resumes a training that dies in the middle of writing a checkpoint. */
async function dieWriting(folder: string): Promise<void> {
  expect(await once(start(folder, 'half a checkpoint'), 'exit')).toEqual([null, 'SIGKILL']);
  const left = readdirSync(folder).filter((name) => name.endsWith('.tmp'));
  const sizes = [...left, 'checkpoint.safetensors'].map((name) => statSync(join(folder, name)).size);
  expect(sizes).toContain(sizes.at(-1)! >> 1);
}

/** Lets a training run to its end. */
async function finish(folder: string): Promise<void> {
  expect(await once(start(folder), 'exit')).toEqual([0, null]);
}

/** Of a step's line, about. */
const lineLength = 54;

const sizeOf = (folder: string) => {
  const path = join(folder, 'losses.txt');
  return existsSync(path) ? statSync(path).size : 0;
};

interface Moment {
  /** Steps that it may do first. */
  readonly steps: number;
  /** Milliseconds after the last of them: within a step, or while a checkpoint is written. */
  readonly delay: number;
}

/** Starts or resumes a training and kills it. */
async function kill(folder: string, { steps, delay }: Moment): Promise<NodeJS.Signals | null> {
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const target = sizeOf(folder) + steps * lineLength;
  const child = start(folder);
  const ended = once(child, 'exit');
  while (sizeOf(folder) < target && child.exitCode === null) await pause(1);
  await pause(delay);
  child.kill('SIGKILL');
  const [, signal] = await ended;
  return signal;
}

/** The complete lines; a killed process may leave one cut short, and the next one's first line behind it. */
const lines = (folder: string) =>
  readFileSync(join(folder, 'losses.txt'), 'utf8')
    .split('\n')
    .filter((line) => /^\d+( [0-9a-f]{16}){3}$/.test(line));

test('a training that is killed ten times, and twice while it writes a checkpoint, has the losses of one that is not, to the last bit', async () => {
  const [whole, broken] = [newFolder(), newFolder()];
  const unbroken = finish(whole);
  const random = createRandom('moments');
  for (let i = 0; i < 10; i++) {
    const moment = { steps: 1 + random.integer(4), delay: 8 * random.uniform() };
    expect(await kill(broken, moment)).toBe('SIGKILL');
    if (i % 5 === 2) await dieWriting(broken);
  }
  await Promise.all([unbroken, finish(broken)]);
  const wanted = lines(whole);
  expect(wanted).toHaveLength(90);
  const found = lines(broken);
  for (const line of found) expect(wanted).toContain(line);
  for (const line of wanted) expect(found).toContain(line);
  const [first, second] = [whole, broken].map((folder) => readFileSync(join(folder, 'checkpoint.safetensors')));
  expect(second!.equals(first!)).toBe(true);
}, 120_000);
