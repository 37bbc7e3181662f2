import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomizeParameters } from '@deflow/flows/conformance';
import { createRandom, ImageFormatError } from '@deflow/images';
import { readImage, writeImage } from '@deflow/images/node';
import { memory } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDeFlow, createTranslator, small } from '../index.ts';
import { degradeFolder, FolderError, type FolderProgress, restoreFolder } from '../node.ts';

const random = createRandom('folder test');
const config = { ...small.model, levels: [{ transitionSteps: 0, steps: 1, basis: 'luma haar' as const }] };
const model = createDeFlow({ config, random });
randomizeParameters(model.parameters, random, 0.05);
const translator = createTranslator(model);

let from: string;
let to: string;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deflow-folder-'));
  [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await mkdir(join(from, 'inner'), { recursive: true });
  const data = (length: number) => Uint8Array.from({ length }, () => 60 + 130 * random.uniform());
  await writeImage(join(from, '10.jpg'), { width: 12, height: 8, channels: 3, data: data(288) });
  await writeImage(join(from, '2.png'), { width: 9, height: 7, channels: 1, data: data(63) });
  const deep = Uint16Array.from(data(8 * 8 * 3), (value) => value * 257);
  await writeImage(join(from, 'inner', 'deep.png'), { width: 8, height: 8, channels: 3, data: deep });
  await writeFile(join(from, 'notes.txt'), 'no picture');
});
afterEach(() => rm(join(from, '..'), { recursive: true, force: true }));

/** Files below a folder with their bytes. */
async function contents(folder: string): Promise<Record<string, Buffer>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const named = files.map(async ({ name, parentPath }) => {
    const path = join(parentPath, name);
    return [path.slice(folder.length + 1), await readFile(path)] as const;
  });
  return Object.fromEntries((await Promise.all(named)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('every picture has its result, with its size and its bits', async () => {
  const before = memory().numTensors;
  const seen: FolderProgress[] = [];
  const result = await degradeFolder(translator, { from, to, onProgress: (progress) => seen.push(progress) });
  expect(result).toEqual({ written: 3, present: 0, skipped: [], finished: true });
  expect(Object.keys(await contents(to))).toEqual(['10.png', '2.png', 'inner/deep.png']);
  expect(await readImage(join(to, '2.png'))).toMatchObject({ width: 9, height: 7, channels: 3 });
  const deep = await readImage(join(to, 'inner', 'deep.png'));
  expect(deep.data).toBeInstanceOf(Uint16Array);
  expect(deep.data).not.toEqual((await readImage(join(from, 'inner', 'deep.png'))).data);
  expect(seen.filter(({ done }, i) => done > (seen[i - 1]?.done ?? 0)).map(({ name }) => name)).toEqual([
    '2.png',
    '10.jpg',
    'inner/deep.png',
  ]);
  expect(seen.at(-1)).toEqual({ done: 3, total: 3, name: 'inner/deep.png', share: 1 });
  expect(memory().numTensors).toBe(before);
});

test('results follow from the seed and the name: neither the order nor the other pictures matter', async () => {
  await degradeFolder(translator, { from, to, seed: 5 });
  const all = await contents(to);
  const pictures = ['inner/deep.png', '2.png'].map((name) => ({ name, path: join(from, name) }));
  await degradeFolder(translator, { from: pictures, to: `${to}-2`, seed: 5 });
  const some = await contents(`${to}-2`);
  expect(Object.keys(some)).toEqual(['2.png', 'inner/deep.png']);
  for (const [name, bytes] of Object.entries(some)) expect(bytes.equals(all[name]!)).toBe(true);
  await degradeFolder(translator, { from: pictures, to: `${to}-3`, seed: 6 });
  for (const [name, bytes] of Object.entries(await contents(`${to}-3`))) expect(bytes.equals(all[name]!)).toBe(false);
});

test('stopped and started again, it ends with the same bytes', async () => {
  await degradeFolder(translator, { from, to: `${to}-whole`, samples: 2 });
  const stop = new AbortController();
  const onProgress = ({ done }: FolderProgress) => done === 1 && stop.abort();
  const stopped = await degradeFolder(translator, { from, to, samples: 2, signal: stop.signal, onProgress });
  expect(stopped).toMatchObject({ written: 1, finished: false });
  // As if it had been killed between the two results of a picture.
  await cp(join(`${to}-whole`, '10-1.png'), join(to, '10-1.png'));
  expect(await degradeFolder(translator, { from, to, samples: 2 })).toMatchObject({ written: 2, present: 1 });
  expect(await contents(to)).toEqual(await contents(`${to}-whole`));
  expect(Object.keys(await contents(to))).toContain('inner/deep-2.png');
  expect(await degradeFolder(translator, { from, to, samples: 2 })).toMatchObject({ written: 0, present: 3 });
  expect(await degradeFolder(translator, { from, to, samples: 2, resume: false })).toMatchObject({ written: 3 });
});

test('a stop within a picture leaves nothing of it', async () => {
  const stop = new AbortController();
  const onProgress = ({ share }: FolderProgress) => share > 0 && stop.abort();
  const result = await degradeFolder(translator, { from, to, samples: 3, signal: stop.signal, onProgress });
  expect(result).toMatchObject({ written: 0, finished: false });
  await expect(readdir(to)).rejects.toThrow('ENOENT');
});

test('a damaged picture is left out and named, or stops the work', async () => {
  await truncate(join(from, '10.jpg'), 200);
  const result = await degradeFolder(translator, { from, to });
  expect(result).toMatchObject({ written: 2, finished: true, skipped: [{ name: '10.jpg' }] });
  expect(result.skipped[0]!.error).toBeInstanceOf(ImageFormatError);
  expect(Object.keys(await contents(to))).toEqual(['2.png', 'inner/deep.png']);
  const strict = degradeFolder(translator, { from, to: `${to}-strict`, unreadable: 'stop' });
  await expect(strict).rejects.toThrow(ImageFormatError);
});

test('results never take the place of pictures', async () => {
  await expect(degradeFolder(translator, { from, to: from })).rejects.toThrow(FolderError);
  // Inside the folder they are no pictures of the next call; links to folders are not followed.
  await symlink(from, join(from, 'circle'));
  const inside = join(from, 'results');
  expect(await restoreFolder(translator, { from, to: inside })).toMatchObject({ written: 3 });
  expect(await restoreFolder(translator, { from, to: inside })).toMatchObject({ written: 0, present: 3 });
});

test('pictures that differ in their endings only keep them; one picture is enough', async () => {
  await cp(join(from, '10.jpg'), join(from, '2.jpg'));
  await degradeFolder(translator, { from, to });
  expect(Object.keys(await contents(to))).toEqual(['10.png', '2.jpg.png', '2.png.png', 'inner/deep.png']);
  expect(await degradeFolder(translator, { from: join(from, '2.png'), to: `${to}-one` })).toMatchObject({ written: 1 });
});

test.each(['missing', 'empty'])('a folder that is %s is named', async (kind) => {
  if (kind === 'empty') await mkdir(join(from, '..', 'empty'));
  await expect(degradeFolder(translator, { from: join(from, '..', kind), to })).rejects.toThrow(FolderError);
});
