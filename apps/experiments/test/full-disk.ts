import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';

export interface FullDisk {
  /** Whether a write has failed. */
  readonly isFull: boolean;
  /** Makes room again, without end. */
  free(): void;
}

const bytesOf = (data: unknown): Uint8Array =>
  typeof data === 'string' ? Buffer.from(data) : new Uint8Array(data as Uint8Array);

/**
 * Lets this process find a disk with room for `room` bytes below `folder`: what does not fit is written in part, and the write
 * fails as the system's does. No rights are needed, unlike for a small file system. Covers the ways of writing that are used here.
 */
export function fullDisk(folder: string, room: number): FullDisk {
  const { appendFileSync, promises } = fs;
  const { writeFile, appendFile, open } = promises;
  let left = room;
  let isFull = false;
  const take = (path: unknown, bytes: Uint8Array): Uint8Array => {
    if (typeof path !== 'string' || !resolve(path).startsWith(folder + sep)) return bytes;
    const fits = bytes.subarray(0, Math.min(left, bytes.length));
    left -= fits.length;
    return fits;
  };
  const check = (fits: Uint8Array, bytes: Uint8Array) => {
    if (fits.length === bytes.length) return;
    isFull = true;
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
      errno: -28,
    });
  };
  const limited =
    (write: (path: string, data: Uint8Array, options?: object) => Promise<void>) =>
    async (path: string, data: unknown, options?: object) => {
      const bytes = bytesOf(data);
      const fits = take(path, bytes);
      await write(path, fits, options);
      check(fits, bytes);
    };
  promises.writeFile = limited(writeFile as never) as never;
  promises.appendFile = limited(appendFile as never) as never;
  fs.appendFileSync = ((path: string, data: unknown) => {
    const bytes = bytesOf(data);
    const fits = take(path, bytes);
    appendFileSync(path, fits);
    check(fits, bytes);
  }) as never;
  promises.open = (async (path: string, ...rest: [string?]) => {
    const handle = await open(path, ...rest);
    const write = handle.write.bind(handle) as (data: Uint8Array, ...where: unknown[]) => Promise<unknown>;
    handle.writeFile = (async (data: unknown) => {
      const bytes = bytesOf(data);
      const fits = take(path, bytes);
      await write(fits);
      check(fits, bytes);
    }) as never;
    handle.write = (async (data: Uint8Array, offset: number, length: number, position: number) => {
      const bytes = data.subarray(offset, offset + length);
      const fits = take(path, bytes);
      if (fits.length === 0) check(fits, bytes);
      return write(fits, 0, fits.length, position);
    }) as never;
    return handle;
  }) as never;
  syncBuiltinESMExports();
  return {
    get isFull() {
      return isFull;
    },
    free() {
      fs.appendFileSync = appendFileSync;
      Object.assign(promises, { writeFile, appendFile, open });
      syncBuiltinESMExports();
    },
  };
}
