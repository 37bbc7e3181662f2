import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type CacheEntry, type CacheManifest, type CacheSettings, manifestName } from './layout.ts';
import { isJournal } from './pack-writer.ts';

/** Two caches with the same key hold the same images of the same files. */
export const settingsKey = (settings: CacheSettings): string =>
  JSON.stringify([settings.scales, settings.bits, settings.tile, settings.rounding, settings.multiple]);

/** The manifest of a folder, if it has a sound one. */
export async function readManifest(folder: string): Promise<CacheManifest | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, manifestName), 'utf8')) as Partial<CacheManifest>;
    return manifest.format === 'deflow-image-cache' && manifest.version === 1 ? (manifest as CacheManifest) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the samples of an entry are on the disk as they were written. */
export async function isIntact(pack: FileHandle, { stored }: CacheEntry): Promise<boolean> {
  for (const { offset, bytes, crc32: expected } of stored) {
    const buffer = new Uint8Array(bytes);
    let done = 0;
    while (done < bytes) {
      const { bytesRead } = await pack.read(buffer, done, bytes - done, offset + done);
      if (bytesRead === 0) return false;
      done += bytesRead;
    }
    if (crc32(buffer) !== expected) return false;
  }
  return true;
}

/** The entries of the journals that an interrupted preparation left behind, each compared with its check sum. */
async function journalled(folder: string, key: string): Promise<CacheEntry[]> {
  const found: CacheEntry[] = [];
  for (const file of (await readdir(folder)).filter(isJournal)) {
    const lines = (await readFile(join(folder, file), 'utf8')).split('\n');
    const pack = await open(join(folder, file.replace('.jsonl', '.bin'))).catch(() => undefined);
    try {
      for (const line of lines) {
        const record = parse(line);
        if (record?.settings === key && pack && (await isIntact(pack, record.entry))) found.push(record.entry);
      }
    } finally {
      await pack?.close();
    }
  }
  return found;
}

function parse(line: string): { settings: string; entry: CacheEntry } | undefined {
  try {
    return JSON.parse(line) as { settings: string; entry: CacheEntry };
  } catch {
    // The last line of a process that was killed.
    return undefined;
  }
}

const endOf = ({ stored }: CacheEntry): number => Math.max(...stored.map(({ offset, bytes }) => offset + bytes));

/** Everything in a folder that was made with these settings, by name. */
export async function usableEntries(folder: string, settings: CacheSettings): Promise<Map<string, CacheEntry>> {
  const key = settingsKey(settings);
  const manifest = await readManifest(folder);
  const kept = manifest && settingsKey(manifest.settings) === key ? manifest.entries : [];
  const sizes = new Map<string, number>();
  for (const pack of new Set(kept.map((entry) => entry.pack)))
    sizes.set(
      pack,
      await stat(join(folder, pack)).then(
        ({ size }) => size,
        () => -1,
      ),
    );
  const entries = new Map<string, CacheEntry>();
  for (const entry of kept) if (endOf(entry) <= sizes.get(entry.pack)!) entries.set(entry.name, entry);
  for (const entry of await journalled(folder, key)) entries.set(entry.name, entry);
  return entries;
}
