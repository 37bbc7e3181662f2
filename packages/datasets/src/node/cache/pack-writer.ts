import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { CacheWriteError } from '../../errors.ts';
import type { CacheEntry, StoredImage } from './layout.ts';

/** The little of a file handle that a pack needs. */
export type PackFile = Pick<FileHandle, 'write' | 'truncate' | 'sync' | 'close'>;

export const isPack = (file: string): boolean => /^pack-[\da-f-]+\.bin$/.test(file);
export const isJournal = (file: string): boolean => /^pack-[\da-f-]+\.jsonl$/.test(file);

/** An image at one scale on its way into a pack. */
export interface TiledImage extends Omit<StoredImage, 'offset' | 'bytes' | 'crc32'> {
  readonly tiles: Uint8Array | Uint16Array;
}

const problems: Record<string, readonly [string, string]> = {
  ENOSPC: ['the disk is full', 'Free some space, or choose a folder on another disk, and prepare again: it goes on.'],
  EDQUOT: ['the disk quota is used up', 'Free some space, or choose another disk, and prepare again: it goes on.'],
  EFBIG: ['the file would be larger than allowed', 'Raise the limit (ulimit -f), and prepare again: it goes on.'],
  EROFS: ['the disk is read-only', 'Choose a folder that can be written.'],
  EACCES: ['the folder may not be written', 'Change its permissions, or choose another folder.'],
  EPERM: ['the folder may not be written', 'Change its permissions, or choose another folder.'],
  ENOTDIR: ['a part of the path is a file', 'Choose another folder.'],
  EEXIST: ['it is a file', 'Choose another folder.'],
};

export function cacheWriteError(path: string, cause: unknown): CacheWriteError {
  const [problem, remedy] = problems[(cause as NodeJS.ErrnoException).code ?? ''] ?? [String(cause), 'See the cause.'];
  return new CacheWriteError(`The cache ${path} cannot be written: ${problem}.`, { path, cause, remedy });
}

async function writeAll(file: PackFile, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    if (bytesWritten === 0) throw Object.assign(new Error('nothing was written'), { code: 'ENOSPC' });
    done += bytesWritten;
  }
}

/**
 * Appends images to a new pack, and after each a line to its journal: what the journal names is there, whatever happens
 * next. When a write fails, the pack is cut back to the last whole image.
 */
export class PackWriter {
  readonly name = `pack-${randomUUID()}.bin`;
  readonly #folder: string;
  readonly #open: (path: string) => Promise<PackFile>;
  #pack: PackFile | undefined;
  #journal: PackFile | undefined;
  #packLength = 0;
  #journalLength = 0;

  constructor(folder: string, openFile: (path: string) => Promise<PackFile> = (path) => open(path, 'wx')) {
    this.#folder = folder;
    this.#open = openFile;
  }

  get #paths(): { pack: string; journal: string } {
    return {
      pack: join(this.#folder, this.name),
      journal: join(this.#folder, this.name.replace('.bin', '.jsonl')),
    };
  }

  /** @throws CacheWriteError when it does not fit. */
  async append(
    image: Omit<CacheEntry, 'pack' | 'stored'>,
    settings: string,
    tiled: readonly TiledImage[],
  ): Promise<CacheEntry> {
    let offset = this.#packLength;
    try {
      this.#pack ??= await this.#open(this.#paths.pack);
      this.#journal ??= await this.#open(this.#paths.journal);
      const stored: StoredImage[] = [];
      for (const { tiles, ...rest } of tiled) {
        const bytes = new Uint8Array(tiles.buffer, tiles.byteOffset, tiles.byteLength);
        await writeAll(this.#pack, bytes, offset);
        stored.push({ ...rest, offset, bytes: bytes.length, crc32: crc32(bytes) });
        offset += bytes.length;
      }
      const entry: CacheEntry = { ...image, pack: this.name, stored };
      const line = new TextEncoder().encode(`${JSON.stringify({ settings, entry })}\n`);
      await writeAll(this.#journal, line, this.#journalLength);
      this.#packLength = offset;
      this.#journalLength += line.length;
      return entry;
    } catch (cause) {
      await this.#cutBack();
      throw cacheWriteError(this.#folder, cause);
    }
  }

  async #cutBack(): Promise<void> {
    if (this.#packLength > 0) {
      await this.#pack?.truncate(this.#packLength).catch(() => {});
      await this.#journal?.truncate(this.#journalLength).catch(() => {});
    } else for (const path of Object.values(this.#paths)) await rm(path, { force: true }).catch(() => {});
  }

  /** Everything is on the disk afterwards. */
  async close(): Promise<void> {
    const files = [this.#pack, this.#journal];
    this.#pack = this.#journal = undefined;
    try {
      for (const file of files) await file?.sync();
    } catch (cause) {
      throw cacheWriteError(this.#folder, cause);
    } finally {
      for (const file of files) await file?.close();
    }
  }
}
