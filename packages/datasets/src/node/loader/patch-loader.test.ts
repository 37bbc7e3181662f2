import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Image } from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageCache } from '../cache/image-cache.ts';
import { prepareImages } from '../cache/prepare-images.ts';
import { type PatchLoader, patchLoader, type UnpairedBatch } from './patch-loader.ts';

const noise = (width: number, height: number, seed: number): Image<Uint8Array> => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from(createRandom(seed).uniforms(width * height * 3), (value) => 256 * value),
});

let root: string;
let clean: ImageCache;
let degraded: ImageCache;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'deflow-loader-'));
  const folder = async (name: string, images: Image[]) => {
    await mkdir(join(root, name));
    for (const [index, image] of images.entries()) await writeImage(join(root, name, `${index}.png`), image);
    return prepareImages({ from: join(root, name), to: join(root, `${name}-cache`), scales: [1, 2, 4], tile: 16 });
  };
  clean = await folder('clean', [noise(90, 61, 1), noise(64, 100, 2), noise(40, 40, 3)]);
  degraded = await folder('degraded', [noise(50, 37, 4), noise(33, 80, 5)]);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const options = () => ({ clean: clean.images(), degraded: degraded.images(), size: 16, batch: 8, rotate: true });

async function digest(loader: PatchLoader<UnpairedBatch>, batches: number): Promise<string> {
  const hash = createHash('sha256');
  for (let n = 0; n < batches; n++) {
    const batch = await loader.next();
    hash.update(batch.clean).update(batch.degraded);
  }
  return hash.digest('hex');
}

async function using<Batch, Result>(loader: PatchLoader<Batch>, work: (loader: PatchLoader<Batch>) => Promise<Result>) {
  try {
    return await work(loader);
  } finally {
    await loader.close();
  }
}

describe('patchLoader', () => {
  it('draws the same 10,000 patches with 0, 1 and 2 workers, and after a stop and a start', async () => {
    const all = await Promise.all(
      [0, 1, 2].map((workers) => using(patchLoader({ ...options(), workers }), (loader) => digest(loader, 1250))),
    );
    expect(new Set(all).size).toBe(1);
    const hash = createHash('sha256');
    const add = ({ clean, degraded }: UnpairedBatch) => hash.update(clean).update(degraded);
    const position = await using(patchLoader({ ...options(), workers: 2, prefetch: 7 }), async (loader) => {
      for (let n = 0; n < 611; n++) add(await loader.next());
      return JSON.parse(JSON.stringify(loader.position()));
    });
    await using(patchLoader({ ...options(), workers: 0, position }), async (loader) => {
      for (let n = 611; n < 1250; n++) add(await loader.next());
    });
    expect(hash.digest('hex')).toBe(all[0]);
  });
});
