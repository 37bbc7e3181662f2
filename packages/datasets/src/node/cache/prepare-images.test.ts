import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, crop, type Image, OptionError, resize, toRgb, toUint8 } from '@deflow/images';
import { encodeImage, readImage, writeImage } from '@deflow/images/node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CacheError,
  CorruptImagesError,
  EmptyFolderError,
  MissingFolderError,
  PhotoFolderError,
} from '../../errors.ts';
import { openCache } from './image-cache.ts';
import { fromTiles, toTiles } from './layout.ts';
import { type PreparationProgress, prepareImages } from './prepare-images.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'deflow-cache-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const picture = (width: number, height: number, channels: Image['channels'] = 3, bits: 8 | 16 = 8): Image => {
  const random = createRandom(width * height * channels);
  const length = width * height * channels;
  const data = bits === 8 ? new Uint8Array(length) : new Uint16Array(length);
  for (let i = 0; i < length; i++) data[i] = random.integer(2 ** bits);
  return { width, height, channels, data };
};

let made = 0;
const folder = async (files: Record<string, Image | Uint8Array | string>): Promise<{ from: string; to: string }> => {
  const path = join(root, `${made++}`);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(path, 'in', name, '..'), { recursive: true });
    if (content instanceof Uint8Array || typeof content === 'string') await writeFile(join(path, 'in', name), content);
    else await writeImage(join(path, 'in', name), content);
  }
  return { from: join(path, 'in'), to: join(path, 'cache') };
};

const failure = <Kind extends Error>(
  work: Promise<unknown>,
  kind: abstract new (...args: never) => Kind,
): Promise<Kind> =>
  work.then(
    () => expect.fail('nothing was thrown'),
    (error) => {
      expect(error).toBeInstanceOf(kind);
      return error;
    },
  );

const outcomes = async (options: Parameters<typeof prepareImages>[0]) => {
  const seen: PreparationProgress[] = [];
  const cache = await prepareImages({ ...options, onProgress: (progress) => seen.push(progress) });
  return { cache, outcomes: Object.fromEntries(seen.map(({ name, outcome }) => [name, outcome])) };
};

describe('tiles', () => {
  it('are a permutation with an inverse, for any size', () => {
    const random = createRandom('tiles');
    for (let n = 0; n < 50; n++) {
      const [width, height, tile] = [1 + random.integer(40), 1 + random.integer(40), 1 + random.integer(20)];
      const data = Uint16Array.from({ length: width * height * 3 }, (_, i) => i);
      const tiles = toTiles(data, width, height, tile);
      expect(tiles).not.toBe(data);
      expect(fromTiles(tiles, width, height, tile)).toEqual(data);
      const column = Math.floor((width - 1) / tile) * tile;
      const lastRow = Math.floor((height - 1) / tile) * tile;
      expect(tiles[3 * (lastRow * width + column * (height - lastRow))]).toBe(3 * (lastRow * width + column));
    }
  });
});

describe('prepareImages', () => {
  it('stores any image as loadPhotos gives it, with MATLAB reductions of the image itself', async () => {
    const upright = toUint8(picture(30, 20));
    const turned = new Uint8Array(
      await sharp(await encodeImage(upright, 'png'))
        .withMetadata({ orientation: 6 })
        .png()
        .toBuffer(),
    );
    const files = {
      'grey.png': picture(70, 41, 1),
      'deep.tif': picture(40, 33, 3, 16),
      'alpha.webp': picture(17, 25, 4),
      'été/写真.png': picture(129, 66),
      'turned.png': turned,
    };
    const { from, to } = await folder(files);
    const cache = await prepareImages({ from, to, scales: [4, 1, 2], tile: 16 });
    expect(cache.scales).toEqual([1, 2, 4]);
    expect(new Set(cache.names)).toEqual(new Set(Object.keys(files)));
    for (const name of cache.names) {
      const whole = toUint8(toRgb(await readImage(join(from, name))));
      const [width, height] = [whole.width - (whole.width % 4), whole.height - (whole.height % 4)];
      const expected = crop(whole, { x: 0, y: 0, width, height });
      expect(await cache.read(name)).toEqual(expected);
      for (const scale of [2, 4])
        expect(await cache.read(name, { scale })).toEqual(resize(expected, { scale: 1 / scale }));
    }
    expect((await cache.read('turned.png')).width).toBe(20);
    await cache.verify();
  });

  it('keeps 16 bits where asked', async () => {
    const deep = picture(20, 12, 3, 16);
    const { from, to } = await folder({ 'deep.png': deep, 'plain.png': picture(20, 12) });
    const cache = await prepareImages({ from, to, bits: 'source' });
    expect(await cache.read('deep.png')).toEqual(deep);
    expect((await cache.read('plain.png')).data).toBeInstanceOf(Uint8Array);
    expect(cache.images().images.map(({ bits }) => bits)).toEqual([16, 8]);
  });

  it('does only what is new: by size and time, or by the bytes', async () => {
    const { from, to } = await folder({ 'a.png': picture(9, 9), 'b.png': picture(8, 8), 'c.png': picture(7, 7) });
    const first = await outcomes({ from, to });
    expect(first.outcomes).toEqual({ 'a.png': 'prepared', 'b.png': 'prepared', 'c.png': 'prepared' });
    await writeImage(join(from, 'a.png'), picture(9, 10));
    await utimes(join(from, 'b.png'), 1, 1);
    await rm(join(from, 'c.png'));
    await writeImage(join(from, 'd.png'), picture(6, 6));
    const second = await outcomes({ from, to });
    expect(second.outcomes).toEqual({ 'a.png': 'prepared', 'b.png': 'kept', 'd.png': 'prepared' });
    expect((await second.cache.read('a.png')).height).toBe(10);
    expect(second.cache.digest).not.toBe(first.cache.digest);
    const third = await outcomes({ from, to });
    expect(new Set(Object.values(third.outcomes))).toEqual(new Set(['kept']));
    expect(third.cache.digest).toBe(second.cache.digest);
    const rescaled = await outcomes({ from, to, scales: [1, 2] });
    expect(new Set(Object.values(rescaled.outcomes))).toEqual(new Set(['prepared']));
    // The pack of the earlier settings is gone.
    expect((await readdir(to)).sort()).toEqual([
      expect.stringMatching(/^manifest/),
      expect.stringMatching(/^pack.*bin/),
    ]);
    const chosen = await prepareImages({ from, to, names: ['b.png'] });
    expect(chosen.names).toEqual(['b.png']);
  });

  it('names all corrupt files in one error, prepares the others, or skips and lists them', async () => {
    const sound = await encodeImage(toUint8(picture(60, 60)), 'jpeg');
    const files = {
      'sound.jpg': sound,
      'text.png': 'this is no picture',
      'cut.jpg': sound.slice(0, sound.length / 2),
      'empty.png': new Uint8Array(),
      'tiny.png': picture(3, 3),
    };
    const { from, to } = await folder(files);
    const error = await failure(prepareImages({ from, to, scales: [1, 4] }), CorruptImagesError);
    expect(error.files.map(({ name }) => name).sort()).toEqual(['cut.jpg', 'empty.png', 'text.png', 'tiny.png']);
    for (const name of ['cut.jpg', 'empty.png', 'text.png', 'tiny.png']) expect(error.message).toContain(name);
    expect(error.files.find(({ name }) => name === 'tiny.png')!.reason).toContain('3 x 3 is smaller than 4');
    await failure(openCache(to), CacheError);
    const { cache, outcomes: after } = await outcomes({ from, to, scales: [1, 4], onCorrupt: 'skip' });
    expect(after['sound.jpg']).toBe('kept');
    expect([cache.names, cache.skipped.length]).toEqual([['sound.jpg'], 4]);
  });

  it('goes on after an abort, and after kill -9', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.png`, picture(40 + i, 40)]));
    const { from, to } = await folder(files);
    const stop = new AbortController();
    const reason = new Error('enough');
    const aborted = prepareImages({
      from,
      to,
      signal: stop.signal,
      onProgress: ({ done }) => done === 4 && stop.abort(reason),
    });
    await expect(aborted).rejects.toBe(reason);
    expect(await readdir(to)).not.toContain('manifest.json');
    // What a killed process leaves: its lock, and a journal whose last line is cut off.
    const dead = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => dead.on('exit', resolve));
    const { hostname } = await import('node:os');
    await writeFile(join(to, 'lock'), JSON.stringify({ token: 'x', host: hostname(), process: dead.pid }));
    const journal = join(to, (await readdir(to)).find((name) => name.endsWith('.jsonl'))!);
    const lines = (await readFile(journal, 'utf8')).split('\n');
    await writeFile(journal, [...lines.slice(0, 3), lines[3]!.slice(0, 50)].join('\n'));
    const { cache, outcomes: after } = await outcomes({ from, to });
    expect(Object.values(after).filter((outcome) => outcome === 'kept')).toHaveLength(3);
    expect(cache.names).toHaveLength(12);
    await cache.verify();
    for (const [name, image] of Object.entries(files)) expect((await cache.read(name)).data).toEqual(image.data);
  });

  it('many at once into one folder: one works, all find it done', async () => {
    const { from, to } = await folder({ 'a.png': picture(30, 30), 'b.png': picture(31, 30), 'c.png': picture(32, 30) });
    const all = await Promise.all(Array.from({ length: 4 }, () => outcomes({ from, to })));
    const prepared = all.map(({ outcomes: each }) => Object.values(each).filter((one) => one === 'prepared').length);
    expect(prepared.sort()).toEqual([0, 0, 0, 3]);
    expect(await readdir(to)).not.toContain('lock');
    await all[0]!.cache.verify();
  });

  it('notices a damaged, shortened or missing pack', async () => {
    const { from, to } = await folder({ 'a.png': picture(30, 30), 'b.png': picture(31, 30) });
    const cache = await prepareImages({ from, to });
    const pack = join(to, (await readdir(to)).find((name) => name.endsWith('.bin'))!);
    const bytes = await readFile(pack);
    const flipped = Buffer.from(bytes);
    flipped[30 * 30 * 3 + 5]! ^= 1;
    await writeFile(pack, flipped);
    expect((await failure(cache.verify(), CacheError)).message).toContain('b.png');
    await writeFile(pack, bytes.subarray(1));
    expect((await failure(openCache(to), CacheError)).message).toContain(
      `${bytes.length - 1} of ${bytes.length} bytes`,
    );
    const { outcomes: mended } = await outcomes({ from, to });
    expect(mended['b.png']).toBe('prepared');
    await rm(join(to, (await readdir(to)).find((name) => name.endsWith('.bin'))!));
    expect((await failure(openCache(to), CacheError)).message).toContain('is missing');
  });

  it('names folders, names and options that are wrong', async () => {
    const { from, to } = await folder({ 'a.png': picture(30, 30), 'none/x.txt': 'x' });
    await failure(prepareImages({ from: join(root, 'nowhere'), to }), MissingFolderError);
    await failure(prepareImages({ from: join(from, 'none'), to }), EmptyFolderError);
    expect((await failure(prepareImages({ from, to, names: ['z.png'] }), PhotoFolderError)).message).toContain('z.png');
    for (const wrong of [{ scales: [] }, { scales: [0.5] }, { tile: 0 }, { bits: 12 as never }])
      await failure(prepareImages({ from, to, ...wrong }), OptionError);
    expect((await failure(prepareImages({ from, to: join(from, 'a.png') }), CacheError)).message).toContain(
      'is a file',
    );
    const cache = await prepareImages({ from, to });
    expect(() => cache.images({ scale: 4 })).toThrow(/no scale 4, only 1/);
    expect(() => cache.images({ names: ['z.png'] })).toThrow(CacheError);
    expect((await stat(to)).isDirectory()).toBe(true);
  });
});
