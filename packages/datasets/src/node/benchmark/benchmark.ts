import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CameraProcess } from '../../camera/camera-process.ts';
import { BenchmarkError, type SkippedFile } from '../../errors.ts';
import { type BenchmarkFile, benchmarkName, readIfThere } from './benchmark-folder.ts';

/** A camera as the manifest knows it. */
export interface CameraRecord {
  readonly name: string;
  readonly process: CameraProcess | 'a function';
}

/** `benchmark.json`: how the benchmark was made, and every file with a hash. */
export interface BenchmarkManifest {
  readonly format: 'deflow-benchmark';
  readonly version: 1;
  /** SHA-256 over options and photographs. */
  readonly key: string;
  readonly scale: number;
  readonly heldOut: number;
  readonly seed: number | string;
  readonly camera: CameraRecord | 'real';
  readonly testCameras: readonly CameraRecord[];
  readonly train: {
    readonly clean: readonly BenchmarkFile[];
    /** Made by the camera, or the files of a given folder with the hashes of their bytes. */
    readonly degraded:
      | { readonly files: readonly BenchmarkFile[] }
      | { readonly folder: string; readonly files: readonly { readonly source: string; readonly sha256: string }[] };
  };
  readonly test: {
    readonly high: readonly BenchmarkFile[];
    /** By camera; in the order of `high`. */
    readonly low: Readonly<Record<string, readonly BenchmarkFile[]>>;
  };
  readonly skipped: readonly SkippedFile[];
}

/** Where the parts of a benchmark lie. Partners have the same names. */
export interface Benchmark {
  readonly folder: string;
  readonly scale: number;
  readonly train: { readonly clean: string; readonly degraded: string };
  readonly test: readonly { readonly camera: string; readonly low: string; readonly high: string }[];
  readonly manifest: BenchmarkManifest;
}

/** Opens a benchmark that `makeBenchmark` completed. @throws BenchmarkError when there is none. */
export async function openBenchmark(path: string | URL): Promise<Benchmark> {
  const folder = typeof path === 'string' ? path : fileURLToPath(path);
  const text = await readIfThere(join(folder, benchmarkName));
  const manifest = (text === undefined ? {} : JSON.parse(text)) as Partial<BenchmarkManifest>;
  if (manifest.format !== 'deflow-benchmark' || manifest.version !== 1)
    throw new BenchmarkError(`There is no complete benchmark in ${folder}.`, {
      path: folder,
      remedy: 'Make it with makeBenchmark; one that was interrupted goes on where it was.',
    });
  const { scale, train, test } = manifest as BenchmarkManifest;
  return {
    folder,
    scale,
    train: {
      clean: join(folder, 'train', 'clean'),
      degraded: 'folder' in train.degraded ? train.degraded.folder : join(folder, 'train', 'degraded'),
    },
    test: Object.keys(test.low).map((camera) => ({
      camera,
      low: join(folder, 'test', camera),
      high: join(folder, 'test', 'high'),
    })),
    manifest: manifest as BenchmarkManifest,
  };
}
