import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Image } from '@deflow/images';
import { encodeImage, writeFileAtomically } from '@deflow/images/node';
import { BenchmarkError } from '../../errors.ts';

/** One picture of a benchmark. */
export interface BenchmarkFile {
  /** Path below the benchmark's folder, with `/`. */
  readonly file: string;
  /** The name of the photograph that it was made of. */
  readonly source: string;
  readonly width: number;
  readonly height: number;
  /** SHA-256 of the RGB samples: the same however PNG compresses them. */
  readonly sha256: string;
}

const progressName = '.benchmark-progress.jsonl';
export const benchmarkName = 'benchmark.json';

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}

/** The whole lines of a log; the last one may be cut off. */
function linesOf(text: string | undefined): unknown[] {
  return (text ?? '').split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}

/** The error for what the file system answered while the benchmark was written. */
function writing<Result>(path: string, work: Promise<Result>): Promise<Result> {
  return work.catch((cause: Error) => {
    throw new BenchmarkError(`The benchmark ${path} cannot be written: ${cause.message.split('\n')[0]}`, {
      path,
      cause,
      remedy: 'Free some space or choose a folder that can be written, and make it again: it goes on where it was.',
    });
  });
}

export interface BenchmarkFolder {
  /** A picture that was made before with the same key, or made now and written as PNG. */
  picture(file: string, source: string, make: () => Promise<Image<Uint8Array>>): Promise<BenchmarkFile>;
  /** Writes the manifest. */
  finish(manifest: object): Promise<void>;
}

/**
 * Opens the folder of a benchmark, new or interrupted, for what `key` identifies.
 *
 * @throws BenchmarkError when it holds something else, or cannot be written.
 */
export async function openBenchmarkFolder(path: string, key: string): Promise<BenchmarkFolder> {
  await writing(path, mkdir(path, { recursive: true }));
  const progress = join(path, progressName);
  const done = linesOf(await readIfThere(progress)) as ({ key: string } | BenchmarkFile)[];
  const first = done.shift() as { key: string } | undefined;
  if (first === undefined) {
    const found = (await readdir(path)).filter((name) => name !== progressName);
    if (found.length > 0)
      throw new BenchmarkError(`${path} is not empty: ${found[0]} lies there.`, {
        path,
        remedy: 'Choose a new folder.',
      });
    await writing(path, writeFileAtomically(progress, Buffer.from(`${JSON.stringify({ key })}\n`)));
  } else if (first.key !== key)
    throw new BenchmarkError(`${path} holds another benchmark: other photographs, options or another seed.`, {
      path,
      remedy: 'Choose a new folder, or delete this one.',
    });
  const known = new Map((done as BenchmarkFile[]).map((each) => [each.file, each]));

  return {
    picture: async (file, source, make) => {
      const target = join(path, file);
      const before = known.get(file);
      if (before && (await stat(target).catch(() => undefined))) return before;
      const image = await make();
      await writing(path, mkdir(dirname(target), { recursive: true }));
      await writing(path, writeFileAtomically(target, await encodeImage(image, 'png')));
      const { width, height, data } = image;
      const made: BenchmarkFile = { file, source, width, height, sha256: sha256(data) };
      await writing(path, appendFile(progress, `${JSON.stringify(made)}\n`));
      return made;
    },
    finish: (manifest) =>
      writing(
        path,
        writeFileAtomically(join(path, benchmarkName), Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)),
      ),
  };
}
