import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CheckpointValue, encodePyTorch } from '../index.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { runCommand } from './command.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deflow-checkpoint-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const [printed, complained]: string[][] = [[], []];
  const streams = { print: (text: string) => printed!.push(text), complain: (text: string) => complained!.push(text) };
  const code = await runCommand(args, streams);
  return { code, printed: printed!.join('\n'), complained: complained!.join('\n') };
}

const weight = { type: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4.5) } as const;
const half = { type: 'float16', shape: [1], data: Uint16Array.of(0xc000) } as const;
const file = () => encodePyTorch({ 'module.b.weight': weight, 'module.a': half });

test('prints names, shapes, types, sums and the number of parameters', async () => {
  const path = join(folder, 'net.pth');
  await writeFile(path, file());
  const { code, printed } = await run(path);
  expect(code).toBe(0);
  expect(printed.split('\n')).toEqual([
    `${path}: PyTorch, zip container`,
    '  module.b.weight  [2, 2]  float32   10.500000',
    '  module.a         [1]     float16  -2.0000000',
    '  2 tensors, 5 parameters',
  ]);
});

test('prints values and metadata, and JSON', async () => {
  const [pth, safetensors] = [join(folder, 'net.pth'), join(folder, 'net.safetensors')];
  await writeFile(
    pth,
    encodePyTorch(
      new Map<string, CheckpointValue>([
        ['params', new Map([['w', weight]])],
        ['iter', 400000],
      ]),
    ),
  );
  await writeCheckpoint(safetensors, { weight }, { metadata: { note: 'a "quoted" text' } });
  const { printed } = await run(pth, safetensors);
  expect(printed).toContain('params.w  [2, 2]');
  expect(printed).toContain('iter = 400000');
  expect(printed).toContain('note = "a \\"quoted\\" text"');
  const data = JSON.parse((await run('--json', pth)).printed);
  const tensors = [{ key: 'params.w', type: 'float32', shape: [2, 2], sum: 10.5 }];
  expect(data).toEqual([
    { path: pth, format: 'pytorch', tensors, values: { iter: 400000 }, parameters: 4, metadata: {} },
  ]);
});

test.each([
  ['net.safetensors', [], 'safetensors'],
  ['net.pt', [], 'pytorch'],
  ['net', ['--format', 'pytorch-legacy'], 'pytorch-legacy'],
] as const)('converts to %s', async (name, options, format) => {
  const [from, to] = [join(folder, 'from.pth'), join(folder, name)];
  await writeFile(from, file());
  expect(await run('convert', from, to, ...options)).toEqual({ code: 0, printed: `${to}: 2 tensors`, complained: '' });
  const read = await readCheckpoint(to);
  expect(read.format).toBe(format);
  expect([...read.tensors].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual([
    ['a', half],
    ['b.weight', weight],
  ]);
});

test('converts safetensors with metadata to a format that has none, and keeps it otherwise', async () => {
  const [a, b, c] = ['a.safetensors', 'b.safetensors', 'c.pth'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeCheckpoint(a, { weight }, { metadata: { note: 'x' } });
  expect((await run('convert', a, b)).code).toBe(0);
  expect((await readFile(b)).equals(await readFile(a))).toBe(true);
  expect((await run('convert', a, c)).code).toBe(0);
  expect((await readCheckpoint(c)).tensors.get('weight')).toEqual(weight);
});

test('names what is wrong', async () => {
  const text = join(folder, 'page.pth');
  await writeFile(text, '<!doctype html> not found');
  expect(await run(text)).toMatchObject({ code: 1, complained: expect.stringContaining('is neither a PyTorch file') });
  expect(await run(join(folder, 'none.pth'))).toMatchObject({ code: 1, complained: expect.stringContaining('ENOENT') });
  expect(await run()).toMatchObject({ code: 2, complained: expect.stringContaining('Usage:') });
  expect(await run('--wrong')).toMatchObject({ code: 2, complained: expect.stringContaining('--wrong') });
  expect(await run('convert', text)).toMatchObject({ code: 2 });
  expect(await run('--format', 'gguf', text)).toMatchObject({ code: 2 });
  expect(await run('--help')).toMatchObject({ code: 0, printed: expect.stringContaining('Usage:') });
  await writeFile(text, file());
  expect(await run('convert', text, join(folder, 'a.txt'))).toMatchObject({
    code: 1,
    complained: expect.stringContaining('does not say which format'),
  });
  expect(await run('convert', text, join(folder, 'b.pth'), '--key', 'params')).toMatchObject({
    code: 1,
    complained: expect.stringContaining('holds no dictionary params'),
  });
});
