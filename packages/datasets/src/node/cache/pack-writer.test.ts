import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CacheWriteError } from '../../errors.ts';
import { type PackFile, PackWriter, type TiledImage } from './pack-writer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deflow-pack-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A disk with room for so many bytes: a write is cut short at its end, the next one fails. */
function smallDisk(room: number): (path: string) => Promise<PackFile> {
  let left = room;
  return async (path) => {
    const file = await open(path, 'wx');
    const write = async (buffer: Uint8Array, offset: number, length: number, position: number) => {
      if (left === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      const count = Math.min(left, length);
      left -= count;
      return file.write(buffer, offset, count, position);
    };
    return {
      write: write as PackFile['write'],
      truncate: (length) => file.truncate(length),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  };
}

const image = (side: number): TiledImage[] => [
  { scale: 1, width: side, height: side, bits: 8, tiles: new Uint8Array(side * side * 3).fill(side) },
];
const source = { bytes: 1, modified: 1, sha256: 'x' };

describe('PackWriter', () => {
  it('leaves nothing behind when not even one image fits', async () => {
    const writer = new PackWriter(folder, smallDisk(100));
    const error = await writer.append({ name: 'a', source }, 'key', image(10)).catch((cause) => cause);
    await writer.close();
    expect(error).toBeInstanceOf(CacheWriteError);
    expect(error.message).toContain('the disk is full');
    expect(error.remedy).toContain('it goes on');
    expect(await readdir(folder)).toEqual([]);
  });

  it('keeps the whole images before, and only them', async () => {
    const writer = new PackWriter(folder, smallDisk(1000));
    const entry = await writer.append({ name: 'a', source }, 'key', image(10));
    await expect(writer.append({ name: 'b', source }, 'key', image(16))).rejects.toThrow(CacheWriteError);
    await writer.close();
    const files = await readdir(folder);
    const pack = files.find((name) => name.endsWith('.bin'))!;
    expect(basename(pack)).toBe(entry.pack);
    expect(new Uint8Array(await readFile(join(folder, pack)))).toEqual(new Uint8Array(300).fill(10));
    const lines = (await readFile(join(folder, pack.replace('.bin', '.jsonl')), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).entry.name)).toEqual(['a']);
  });
});
