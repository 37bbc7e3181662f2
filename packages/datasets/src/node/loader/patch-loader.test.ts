import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createRandom,
  crop,
  flipHorizontal,
  flipVertical,
  type Image,
  ImageSizeError,
  OptionError,
  rotate90,
  toFloat,
  toRgb,
  transpose,
} from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CacheError, LoaderError, LoaderPositionError, SmallImagesError, UnpairedImagesError } from '../../errors.ts';
import type { ImageCache } from '../cache/image-cache.ts';
import { prepareImages } from '../cache/prepare-images.ts';
import { type PatchLoader, patchLoader, type UnpairedBatch } from './patch-loader.ts';

const noise = (width: number, height: number, seed: number, deep = false): Image<Uint8Array | Uint16Array> => {
  const values = createRandom(seed).uniforms(width * height * 3);
  const data = deep
    ? Uint16Array.from(values, (value) => 65536 * value)
    : Uint8Array.from(values, (value) => 256 * value);
  return { width, height, channels: 3, data };
};

/** Red counts columns, green rows, blue names the image; so a patch says where it comes from. */
const marked = (width: number, height: number, blue: number): Image<Uint8Array> => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return [pixel % width, Math.floor(pixel / width), blue][i % 3]!;
  }),
});

let root: string;
let clean: ImageCache;
let degraded: ImageCache;
const prepared = async (name: string, images: Record<string, Image>, options = {}) => {
  for (const [file, image] of Object.entries(images)) {
    await mkdir(join(root, name, file, '..'), { recursive: true });
    await writeImage(join(root, name, file), image);
  }
  return prepareImages({ from: join(root, name), to: join(root, `${name} cache`), tile: 16, ...options });
};
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'deflow-loader-'));
  const sharp = { 'a.png': noise(90, 61, 1), 'b/ß.png': noise(64, 100, 2), 'c.png': noise(40, 40, 3) };
  clean = await prepared('clean', sharp, { scales: [1, 2, 4] });
  degraded = await prepared('degraded', { 'x.png': noise(50, 37, 4), 'y.png': noise(33, 80, 5) });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const options = () => ({ clean: clean.images(), degraded: degraded.images(), size: 16, batch: 8, rotate: true });

async function using<Batch, Result>(loader: PatchLoader<Batch>, work: (loader: PatchLoader<Batch>) => Promise<Result>) {
  try {
    return await work(loader);
  } finally {
    await loader.close();
  }
}

const digest = (loader: PatchLoader<UnpairedBatch>, batches: number) =>
  using(loader, async () => {
    const hash = createHash('sha256');
    for (let n = 0; n < batches; n++) {
      const batch = await loader.next();
      hash.update(batch.clean).update(batch.degraded);
    }
    return hash.digest('hex');
  });

/** The patches of a batch as images. */
const patches = <Data extends Float32Array | Uint8Array>(data: Data, size: number): Image<Data>[] =>
  Array.from({ length: data.length / (size * size * 3) }, (_, n) => ({
    width: size,
    height: size,
    channels: 3,
    data: data.slice(n * size * size * 3, (n + 1) * size * size * 3) as Data,
  }));

const turned = (image: Image): Image[] => {
  const mirrors = [image, flipHorizontal(image), flipVertical(image), flipHorizontal(flipVertical(image))];
  return [...mirrors, ...mirrors.map((each) => transpose(each))];
};

describe('the draws of a patchLoader', () => {
  it('10,000 are the same with 0, 1 and 2 workers, and after a stop and a start', async () => {
    const all = [0, 1, 2].map((workers) => digest(patchLoader({ ...options(), workers }), 1250));
    expect(new Set(await Promise.all(all)).size).toBe(1);
    const hash = createHash('sha256');
    const add = (batch: UnpairedBatch) => hash.update(batch.clean).update(batch.degraded);
    const position = await using(patchLoader({ ...options(), workers: 2, prefetch: 7 }), async (loader) => {
      for (let n = 0; n < 611; n++) add(await loader.next());
      return JSON.parse(JSON.stringify(loader.position()));
    });
    await using(patchLoader({ ...options(), workers: 1, position }), async (loader) => {
      for (let n = 611; n < 1250; n++) add(await loader.next());
    });
    expect(hash.digest('hex')).toBe(await all[0]);
  });

  it('decoded images give the same as their cache, with workers and without', async () => {
    const decoded = async (cache: ImageCache) => Promise.all(cache.names.map((name) => cache.read(name)));
    const images = { ...options(), clean: await decoded(clean), degraded: await decoded(degraded) };
    const digests = [
      digest(patchLoader(options()), 100),
      digest(patchLoader(images), 100),
      digest(patchLoader({ ...images, workers: 2 }), 100),
    ];
    expect(new Set(await Promise.all(digests)).size).toBe(1);
    expect(await digest(patchLoader({ ...images, seed: 1 }), 100)).not.toBe(await digests[0]);
  });

  it('every image, every position that fits and every orientation, each about equally often', async () => {
    const images = [marked(7, 5, 10), marked(6, 9, 20)];
    const loader = patchLoader({
      clean: images,
      degraded: images,
      size: 4,
      batch: 8000,
      samples: 'uint8',
      rotate: true,
    });
    const counts = new Map<string, number>();
    await using(loader, async () => {
      const batch = await loader.next();
      for (const patch of patches(batch.clean, 4)) {
        const blue = patch.data[2]!;
        const [x, y] = [0, 1].map((c) => Math.min(...patch.data.filter((_, i) => i % 3 === c)));
        const source = crop(images[blue / 10 - 1]!, { x: x!, y: y!, width: 4, height: 4 });
        const orientation = turned(source).findIndex(({ data }) => data.every((value, i) => value === patch.data[i]));
        expect(orientation).toBeGreaterThanOrEqual(0);
        for (const key of [`image ${blue}`, `at ${blue} ${x} ${y}`, `turn ${orientation}`])
          counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    });
    const near = (key: string, probability: number) => {
      const mean = 4000 * probability;
      expect(Math.abs(counts.get(key)! - mean), key).toBeLessThan(5 * Math.sqrt(mean * (1 - probability)));
    };
    for (const blue of [10, 20]) near(`image ${blue}`, 1 / 2);
    for (let x = 0; x < 4; x++) for (let y = 0; y < 2; y++) near(`at 10 ${x} ${y}`, 1 / 16);
    for (let x = 0; x < 3; x++) for (let y = 0; y < 6; y++) near(`at 20 ${x} ${y}`, 1 / 36);
    for (let turn = 0; turn < 8; turn++) near(`turn ${turn}`, 1 / 8);
  });

  it.each([
    ['neither', { flip: false, rotate: false }, (image: Image) => [image]],
    ['flips', { flip: true, rotate: false }, (image: Image) => [image, flipHorizontal(image)]],
    ['turns', { flip: false, rotate: true }, (image: Image) => [0, 1, 2, 3].map((n) => rotate90(image, n))],
  ])('%s alone', async (_, how, expected) => {
    const image = noise(6, 6, 9);
    const loader = patchLoader({ clean: [image], degraded: [image], size: 6, batch: 64, samples: 'uint8', ...how });
    const { clean: found } = await using(loader, () => loader.next());
    const distinct = new Set(patches(found, 6).map(({ data }) => data.join()));
    expect(distinct).toEqual(new Set(expected(image).map(({ data }) => data.join())));
  });

  it('patches of any size over any tiles hold what the images hold, 8 and 16 bits, float and not', async () => {
    const random = createRandom('property');
    const deep = { 'a.png': noise(70, 50, 1, true), 'b.png': noise(37, 90, 2), 'c.png': noise(34, 34, 3, true) };
    for (const tile of [1, 7, 16, 64]) {
      const cache = await prepared('deep', deep, { bits: 'source', tile });
      const images = await Promise.all(cache.names.map((name) => cache.read(name)));
      const size = 1 + random.integer(34);
      const common = { size, batch: 10, rotate: true, seed: tile };
      for (const samples of ['float32', 'uint8'] as const) {
        const of = (clean: Parameters<typeof patchLoader>[0] & object) =>
          patchLoader({ ...common, ...clean, samples } as never);
        const [cached, plain] = [
          of({ clean: cache.images(), degraded: cache.images() } as never),
          of({ clean: images, degraded: images } as never),
        ];
        expect(await using(cached, () => cached.next())).toEqual(await using(plain, () => plain.next()));
      }
    }
    const whole = patchLoader({ clean: [deep['c.png']], degraded: [deep['c.png']], size: 34, batch: 2, flip: false });
    expect((await using(whole, () => whole.next())).clean).toEqual(toFloat(deep['c.png']).data);
  });

  it('balance drawn: each patch of either domain with probability 1/2, the batch always full', async () => {
    const loader = patchLoader({ ...options(), balance: 'drawn', batch: 9 });
    let cleanPatches = 0;
    await using(loader, async () => {
      for (let n = 0; n < 200; n++) {
        const batch = await loader.next();
        expect(batch.clean.length + batch.degraded.length).toBe(9 * 16 * 16 * 3);
        cleanPatches += batch.clean.length / (16 * 16 * 3);
      }
    });
    expect(Math.abs(cleanPatches - 900)).toBeLessThan(5 * Math.sqrt(450));
  });
});

describe('aligned pairs', () => {
  it.each([2, 4])('at scale %d are the reduction of the same part, whatever the orientation', async (scale) => {
    // A smooth slope: the reduction of a part is the part of the reduction, away from the border of the image.
    const slope = (width: number, height: number): Image<Uint8Array> => ({ ...marked(width, height, 77) });
    const cache = await prepared(
      `slope ${scale}`,
      { 'a.png': slope(120, 84), 'b.png': slope(100, 96) },
      { scales: [1, scale] },
    );
    const size = 8 * scale;
    const pair = { low: cache.images({ scale }), high: cache.images() };
    const loader = patchLoader({ ...pair, scale, size, batch: 200, rotate: true, workers: 1 });
    const { low, high, count, size: side } = await using(loader, () => loader.next());
    expect([count, side]).toEqual([200, size]);
    const [lows, highs] = [patches(low, 8), patches(high, size)];
    lows.forEach((patch, n) => {
      for (const [x, y] of [
        [2, 2],
        [5, 3],
        [4, 5],
      ] as const)
        for (let c = 0; c < 2; c++) {
          let mean = 0;
          for (let dy = 0; dy < scale; dy++)
            for (let dx = 0; dx < scale; dx++)
              mean += highs[n]!.data[((y * scale + dy) * size + x * scale + dx) * 3 + c]! / scale ** 2;
          expect(Math.abs(patch.data[(y * 8 + x) * 3 + c]! - mean)).toBeLessThan(2.1 / 255);
        }
    });
  });

  it('of folder against folder pair by their names', async () => {
    const high = await prepared('pair high', { '1.png': marked(40, 40, 1), '2.png': marked(44, 40, 2) });
    const low = await prepared('pair low', { '2x4.png': marked(11, 10, 2), '1x4.png': marked(10, 10, 1) });
    const loader = patchLoader({
      low: low.images(),
      high: high.images(),
      scale: 4,
      size: 16,
      batch: 50,
      samples: 'uint8',
      pairing: { low: '{name}x4' },
    });
    const batch = await using(loader, () => loader.next());
    patches(batch.low, 4).forEach((patch, n) => {
      const partner = patches(batch.high, 16)[n]!;
      expect(partner.data[2]).toBe(patch.data[2]);
      const corner = ({ data }: Image) => [0, 1].map((c) => Math.min(...[...data].filter((_, i) => i % 3 === c)));
      expect(corner(partner)).toEqual(corner(patch).map((value) => 4 * value));
    });
    const wrong = { low: low.images(), high: high.images(), scale: 4, size: 16, batch: 1 };
    expect(() => patchLoader(wrong)).toThrow(UnpairedImagesError);
    expect(() => patchLoader({ ...wrong, scale: 2, pairing: { low: '{name}x4' } })).toThrow(ImageSizeError);
  });

  it('need their high-resolution pixels: a reduction that was rounded up is used without its edge', async () => {
    const high = marked(41, 43, 1);
    const low = marked(11, 11, 1);
    const loader = patchLoader({
      low: [low],
      high: [high],
      scale: 4,
      size: 40,
      batch: 20,
      samples: 'uint8',
      flip: false,
    });
    const batch = await using(loader, () => loader.next());
    for (const patch of patches(batch.high, 40)) expect([patch.data[0], patch.data[1]]).toEqual([0, 0]);
  });
});

describe('a patchLoader in use', () => {
  it('feeds trainers: a step gets its batch, in turn or not, and arrays of its own', async () => {
    const reference = patchLoader(options());
    await using(patchLoader({ ...options(), workers: 2 }), async (loader) => {
      const random = createRandom(0);
      for (const step of [1, 2, 3, 3, 9, 2, 4]) {
        const batch = await loader.nextBatch(random, step);
        expect(batch).toEqual(await reference.at(step - 1));
        batch.clean.fill(7);
      }
      const [first, again] = await Promise.all([loader.at(5), loader.at(5)]);
      expect(first).toEqual(again);
      expect(first.clean).not.toBe(again.clean);
    });
    await reference.close();
  });

  it('reports how long it was waited for', async () => {
    await using(patchLoader({ ...options(), workers: 1, prefetch: 3 }), async (loader) => {
      expect(loader.statistics()).toEqual({ drawn: 0, waitedMs: 0, idleShare: 0 });
      await loader.next();
      // A training that takes its time waits for nothing after the first batch.
      for (let n = 0; n < 5; n++) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        await loader.next();
      }
      const { drawn, waitedMs, idleShare } = loader.statistics();
      expect(drawn).toBe(6);
      expect(waitedMs).toBeGreaterThan(0);
      expect(idleShare).toBeGreaterThan(0);
      expect(idleShare).toBeLessThanOrEqual(1);
    });
  });

  it('closed: nothing runs, what waits is refused, and so is what comes', async () => {
    for (const workers of [0, 2]) {
      const loader = patchLoader({ ...options(), workers });
      const waiting = loader.next().then(
        () => 'given',
        (error) => error,
      );
      await loader.close();
      const outcome = await waiting;
      if (outcome !== 'given') expect(outcome).toBeInstanceOf(LoaderError);
      await expect(loader.next()).rejects.toThrow(LoaderError);
      await loader.close();
    }
    expect(process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker')).toEqual([]);
  });

  it.each([0, 1])('a cache that shrinks in use is a named error (%d workers)', async (workers) => {
    const cache = await prepared(`shrinking ${workers}`, { 'a.png': noise(200, 200, 1) });
    const loader = patchLoader({ clean: cache.images(), degraded: cache.images(), size: 64, batch: 2, workers });
    await using(loader, async () => {
      const [pack] = (await readdir(cache.folder)).filter((name) => name.endsWith('.bin'));
      await truncate(join(cache.folder, pack!), 10);
      await expect(
        (async () => {
          for (let n = 0; n < 5; n++) await loader.next();
        })(),
      ).rejects.toThrow(CacheError);
    });
  });

  it('refuses a position of other images, options or seeds', async () => {
    const loader = patchLoader(options());
    await loader.next();
    const position = loader.position();
    await loader.close();
    const others = [{ seed: 1 }, { size: 17 }, { flip: false }, { clean: clean.images({ scale: 2 }) }, { batch: 10 }];
    for (const other of others)
      expect(() => patchLoader({ ...options(), ...other, position })).toThrow(LoaderPositionError);
    expect(() => patchLoader({ ...options(), position: { ...position, next: -1 } })).toThrow(LoaderPositionError);
    await patchLoader({ ...options(), workers: 1, prefetch: 9, position }).close();
  });

  it('names images smaller than a patch, and how many are left', async () => {
    const error = (() => {
      try {
        patchLoader({ ...options(), size: 41 });
      } catch (cause) {
        return cause as SmallImagesError;
      }
      throw new Error('nothing was thrown');
    })();
    expect(error).toBeInstanceOf(SmallImagesError);
    expect(error.message).toContain('1 of 3 clean images are smaller than a patch of 41 x 41; 2 can be used');
    expect(error.message).toContain('c.png: 40 x 40');
    expect(error.usable).toBe(2);
    expect(() => patchLoader({ ...options(), size: 38, onSmall: 'skip' })).toThrow(/2 of 2 degraded images/);
    const skipping = patchLoader({ ...options(), degraded: clean.images(), size: 41, batch: 40, onSmall: 'skip' });
    await using(skipping, () => skipping.next());
    const grey = toRgb({ width: 2, height: 2, channels: 1, data: new Uint8Array(4) });
    expect(() => patchLoader({ ...options(), clean: [grey] })).toThrow(/none|0 can be used/);
    expect(() => patchLoader({ ...options(), clean: [] })).toThrow(/no clean images/);
  });

  it('names options that make no sense', () => {
    const wrong = [
      { batch: 0 },
      { batch: 7 },
      { size: 1.5 },
      { workers: -1 },
      { samples: 'float64' },
      { balance: 'x' },
    ];
    for (const each of wrong) expect(() => patchLoader({ ...options(), ...(each as object) })).toThrow(OptionError);
    const pair = { low: clean.images({ scale: 4 }), high: clean.images(), batch: 1 };
    expect(() => patchLoader({ ...pair, scale: 4, size: 18 })).toThrow(OptionError);
  });
});
