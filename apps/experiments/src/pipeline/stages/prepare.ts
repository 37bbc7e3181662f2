import { join } from 'node:path';
import {
  type ImageCache,
  makeBenchmark,
  openBenchmark,
  openCache,
  photoFolder,
  prepareImages,
} from '@deflow/datasets/node';
import type { Stage, StageContext } from '../stage.ts';
import type { StudyConfiguration } from '../study-schema.ts';
import type { WorkProgress } from '../work-progress.ts';

export interface PrepareOptions {
  readonly factor: number;
  readonly cameras: StudyConfiguration['cameras'];
  readonly heldOut: number;
  /** A folder, or the stage that makes one. */
  readonly clean: string | Stage;
  /** A folder of really degraded pictures. */
  readonly degraded: string | null;
  /** What is in the given folders. */
  readonly fingerprints: unknown;
}

export interface PrepareStage extends Stage {
  readonly options: PrepareOptions;
}

/** Splits the photographs, makes low resolution and test pairs, and packs everything for training. */
export function prepareStage(options: PrepareOptions): PrepareStage {
  const { factor, cameras, heldOut, clean, degraded, fingerprints } = options;
  return {
    kind: 'prepare',
    label: `x${factor}`,
    settings: { factor, cameras: degraded ? cameras.test : cameras, heldOut, fingerprints },
    inputs: typeof clean === 'string' ? [] : [clean],
    options,
    async run({ folder, folderOf, progress, terminal, signal }) {
      const photographs = typeof clean === 'string' ? clean : join(folderOf(clean), 'clean');
      let shown: WorkProgress | undefined;
      const benchmark = await makeBenchmark({
        ...{ photographs, to: join(folder, 'benchmark'), scale: factor, heldOut, signal, onCorrupt: 'skip' },
        ...{ camera: cameras.training, testCameras: cameras.test, seed: 'study' },
        ...(degraded ? { degraded } : {}),
        onProgress(seen) {
          shown ??= progress(seen.total, 'photographs');
          shown.update(seen.done);
        },
      });
      const unusable = new Map(benchmark.manifest.skipped.map(({ name, reason }) => [name, reason]));
      const pack = async (from: string, name: string, scales: readonly number[]) => {
        const { photos } = await photoFolder(from);
        const packed = progress(photos.length, 'pictures packed');
        const onProgress = (seen: { done: number }) => packed.update(seen.done);
        const options = { to: join(folder, name), scales, onCorrupt: 'skip', signal, onProgress } as const;
        const { skipped } = await prepareImages({ from, ...options });
        for (const file of skipped) unusable.set(file.name, file.reason);
      };
      await pack(benchmark.train.clean, 'clean', factor === 1 ? [1] : [1, factor]);
      await pack(benchmark.train.degraded, 'degraded', [1]);
      for (const line of listedFiles(unusable)) terminal.line(line);
    },
  };
}

const shownFiles = 5;

function listedFiles(unusable: ReadonlyMap<string, string>): string[] {
  const lines = [...unusable].slice(0, shownFiles).map(([name, reason]) => `       left out: ${name}: ${reason}`);
  const more = unusable.size - shownFiles;
  return more > 0 ? [...lines, `       left out: ${more} more files`] : lines;
}

/** What preparation left. */
export interface Prepared {
  /** Sharp training photographs: `images({ scale: 1 })`, and their reductions: `images({ scale: factor })`. */
  readonly clean: ImageCache;
  /** Degraded training pictures of other scenes, at low resolution. */
  readonly degraded: ImageCache;
  readonly tests: readonly { readonly camera: string; readonly low: string; readonly high: string }[];
  /** Names of the test pictures. */
  readonly testNames: readonly string[];
}

/** Opens what a preparation made. */
export async function openPrepared(
  stage: PrepareStage,
  { folderOf }: Pick<StageContext, 'folderOf'>,
): Promise<Prepared> {
  const folder = folderOf(stage);
  const benchmark = await openBenchmark(join(folder, 'benchmark'));
  return {
    clean: await openCache(join(folder, 'clean')),
    degraded: await openCache(join(folder, 'degraded')),
    tests: benchmark.test,
    testNames: benchmark.manifest.test.high.map(({ file }) => file.replace(/^test\/high\//, '')),
  };
}
