import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Image, OptionError, resize, toUint8 } from '@deflow/images';
import { readImage, writeImage } from '@deflow/images/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deadLeaves } from '../../dead-leaves/dead-leaves.ts';
import { BenchmarkError, CorruptImagesError } from '../../errors.ts';
import { openBenchmark } from './benchmark.ts';
import type { CameraChoice } from './camera-choice.ts';
import { makeBenchmark } from './make-benchmark.ts';

let root: string;
let photographs: string;
let made = 0;
const fresh = () => join(root, `benchmark ${made++}`);
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'deflow-benchmark-'));
  photographs = join(root, 'photographs');
  await mkdir(join(photographs, 'été'), { recursive: true });
  for (let n = 0; n < 10; n++) {
    const image = deadLeaves({ width: 50 + n, height: 41, random: createRandom(n) });
    await writeImage(join(photographs, n === 3 ? 'été/写真.png' : `${n}.png`), image);
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Every file of a folder with the hash of its bytes. */
async function tree(folder: string): Promise<Record<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const entries = files
    .filter((file) => file.isFile() && !file.name.startsWith('.'))
    .map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [
        path.slice(folder.length + 1),
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      ] as const;
    });
  return Object.fromEntries((await Promise.all(entries)).sort());
}

const inverted: CameraChoice = {
  name: 'negative',
  camera: async (image) => ({ ...toUint8(image), data: toUint8(image).data.map((value) => 255 - value) }),
};

describe('makeBenchmark', () => {
  it('splits photographs into clean, degraded and test, none of them in two', async () => {
    const { manifest, test, train, folder } = await makeBenchmark({
      photographs,
      to: fresh(),
      scale: 2,
      camera: 'low-light-phone',
      testCameras: ['old-webcam', inverted],
      heldOut: 0.2,
    });
    const sources = [manifest.train.clean, manifest.train.degraded.files, manifest.test.high].map((files) =>
      files.map(({ source }) => source),
    );
    expect(sources.map((names) => names.length)).toEqual([4, 4, 2]);
    expect(new Set(sources.flat()).size).toBe(10);
    expect(test.map(({ camera }) => camera)).toEqual(['old-webcam', 'negative']);
    for (const { file, source, width, height, sha256 } of manifest.train.clean) {
      const image = await readImage(join(folder, file));
      expect(image).toMatchObject({ width, height });
      expect([width % 2, height % 2]).toEqual([0, 0]);
      expect(createHash('sha256').update(image.data).digest('hex')).toBe(sha256);
      const { width: whole } = await readImage(join(photographs, source));
      expect(width).toBe(whole - (whole % 2));
    }
    expect((await readdir(train.degraded)).length).toBeGreaterThan(0);
    for (const { file } of manifest.test.high) {
      const name = file.slice('test/high/'.length);
      const truth = await readImage(join(test[1]!.high, name));
      const negative = await readImage(join(test[1]!.low, name));
      const small = resize(truth as Image<Uint8Array>, { scale: 1 / 2 });
      expect(negative.data).toEqual(small.data.map((value) => 255 - value));
    }
    expect(manifest.testCameras[1]!.process).toBe('a function');
  });

  it('is the same again, and after an interruption; another seed makes another', async () => {
    const options = { photographs, scale: 4, heldOut: 2, testCameras: ['sharpened-compact'] as const };
    const first = await makeBenchmark({ ...options, to: fresh() });
    const stop = new AbortController();
    const to = fresh();
    const reason = new Error('enough');
    const onProgress = ({ done }: { done: number }) => done === 5 && stop.abort(reason);
    await expect(makeBenchmark({ ...options, to, signal: stop.signal, onProgress })).rejects.toBe(reason);
    await expect(openBenchmark(to)).rejects.toThrow(BenchmarkError);
    const second = await makeBenchmark({ ...options, to });
    expect(await tree(second.folder)).toEqual(await tree(first.folder));
    // Complete: nothing is made again, and a lost file comes back.
    const [lost] = second.manifest.test.high;
    await rm(join(to, lost!.file));
    expect(await tree((await makeBenchmark({ ...options, to })).folder)).toEqual(await tree(first.folder));
    const other = await makeBenchmark({ ...options, to: fresh(), seed: 1 });
    expect(other.manifest.test.high).not.toEqual(first.manifest.test.high);
    const again = await openBenchmark(first.folder);
    expect(again.manifest).toEqual(first.manifest);
  });

  it('takes a folder of really degraded pictures as the second domain', async () => {
    const degraded = join(root, 'real');
    await mkdir(degraded);
    await writeImage(join(degraded, 'r.png'), deadLeaves({ width: 20, height: 20, random: createRandom('real') }));
    const { manifest, train } = await makeBenchmark({ photographs, to: fresh(), degraded, heldOut: 3 });
    expect(train.degraded).toBe(degraded);
    expect(manifest.camera).toBe('real');
    expect(manifest.train.clean).toHaveLength(7);
    const bytes = await readFile(join(degraded, 'r.png'));
    expect(manifest.train.degraded.files).toEqual([
      { source: 'r.png', sha256: createHash('sha256').update(bytes).digest('hex') },
    ]);
  });

  it('names damaged photographs, all at once, or lists them', async () => {
    const folder = join(root, 'damaged');
    await mkdir(folder);
    for (let n = 0; n < 6; n++)
      await writeImage(join(folder, `${n}.png`), deadLeaves({ width: 24, height: 24, random: createRandom(n) }));
    await writeFile(join(folder, 'text.png'), 'no picture');
    await writeImage(join(folder, 'tiny.png'), deadLeaves({ width: 5, height: 5, random: createRandom(1) }));
    const to = fresh();
    const error = await makeBenchmark({ photographs: folder, to, heldOut: 2 }).catch((cause) => cause);
    expect(error).toBeInstanceOf(CorruptImagesError);
    expect(error.files.map(({ name }: { name: string }) => name).sort()).toEqual(['text.png', 'tiny.png']);
    const { manifest } = await makeBenchmark({ photographs: folder, to, heldOut: 2, onCorrupt: 'skip' });
    expect(manifest.skipped).toHaveLength(2);
  });

  it('leaves folders alone that hold something else', async () => {
    const to = fresh();
    await mkdir(to);
    await writeFile(join(to, 'thesis.txt'), 'x');
    await expect(makeBenchmark({ photographs, to })).rejects.toThrow(/not empty: thesis.txt/);
    expect(await readdir(to)).toEqual(['thesis.txt']);
    const other = fresh();
    await makeBenchmark({ photographs, to: other, scale: 2 });
    await expect(makeBenchmark({ photographs, to: other, scale: 4 })).rejects.toThrow(/another benchmark/);
    await expect(makeBenchmark({ photographs, to: join(to, 'thesis.txt') })).rejects.toThrow(BenchmarkError);
  });

  it('names options that make no sense', async () => {
    const wrong: object[] = [
      { scale: 0 },
      { scale: 1.5 },
      { camera: 'box' },
      { camera: { name: '../x', process: [] } },
      { testCameras: [] },
      { testCameras: ['old-webcam', 'old-webcam'] },
    ];
    for (const each of wrong)
      await expect(makeBenchmark({ photographs, to: fresh(), ...each })).rejects.toThrow(OptionError);
  });
});
