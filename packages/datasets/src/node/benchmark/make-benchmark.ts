import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createRandom,
  crop,
  DeFlowError,
  type Image,
  ImageSizeError,
  OptionError,
  resize,
  toRgb,
  toUint8,
} from '@deflow/images';
import { readImage } from '@deflow/images/node';
import { BenchmarkError, CorruptImagesError, type SkippedFile } from '../../errors.ts';
import { shortList } from '../../listing.ts';
import { splitByName } from '../../split-by-name.ts';
import { type PhotoFile, type PhotoFolder, photoFolder, unreadable } from '../photo-folder.ts';
import { type Benchmark, type BenchmarkManifest, type CameraRecord, openBenchmark } from './benchmark.ts';
import { type BenchmarkFile, openBenchmarkFolder, sha256 } from './benchmark-folder.ts';
import { type CameraChoice, type NamedCamera, namedCamera } from './camera-choice.ts';

export interface MakeBenchmarkOptions {
  /** A folder of sharp, clean photographs. It is only read. */
  readonly photographs: PhotoFolder | string | URL;
  /** A new folder, or one that an earlier call with the same options began. */
  readonly to: string | URL;
  /** Default 4. */
  readonly scale?: number;
  /** Takes the degraded training pictures; default `low-light-phone`. */
  readonly camera?: CameraChoice;
  /** Take the test pictures, one set each; default `[camera]`. */
  readonly testCameras?: readonly CameraChoice[];
  /** A folder of really degraded pictures, used as it is in place of ones made by `camera`. */
  readonly degraded?: PhotoFolder | string | URL;
  /** Photographs kept for the test: a share below 1, or a number; default 0.1. */
  readonly heldOut?: number;
  /** Decides the split and all noise; default 0. */
  readonly seed?: number | string;
  /** Damaged or tiny photographs: `throw` (default) names all of them at the end, `skip` lists them in the manifest. */
  readonly onCorrupt?: 'throw' | 'skip';
  readonly onProgress?: (progress: { done: number; total: number; name: string }) => void;
  /** Stops after the picture at hand; the next call goes on there. */
  readonly signal?: AbortSignal;
}

const listed = (folder: PhotoFolder | string | URL): Promise<PhotoFolder> =>
  typeof folder === 'string' || folder instanceof URL ? photoFolder(folder) : Promise.resolve(folder);

/** `x/a.jpg` becomes `x/a.png`, unless another photograph is called so, too. */
function pngNames(files: readonly PhotoFile[]): Map<string, string> {
  const stem = (name: string) => name.replace(/\.[^./]+$/, '');
  const counts = new Map<string, number>();
  for (const { name } of files) counts.set(stem(name), (counts.get(stem(name)) ?? 0) + 1);
  return new Map(files.map(({ name }) => [name, `${counts.get(stem(name)) === 1 ? stem(name) : name}.png`]));
}

/** Which photographs are for what, by a hash of their names. */
function roles(folder: PhotoFolder, heldOut: number, seed: number | string, needsDegraded: boolean) {
  const names = folder.photos.map(({ name }) => name);
  const least = needsDegraded ? 3 : 2;
  if (names.length < least)
    throw new BenchmarkError(`${folder.path} holds ${names.length} photographs.`, {
      path: folder.path,
      remedy: `Give at least ${least}: for training and for the test.`,
    });
  const count = heldOut < 1 ? Math.max(1, Math.round(heldOut * names.length)) : heldOut;
  const test = splitByName(names, { heldOut: count, seed: `${seed} test` });
  if (!needsDegraded) return { test: test.heldOut, clean: test.training, degraded: [] };
  const half = splitByName(test.training, { heldOut: test.training.length >> 1, seed: `${seed} degraded` });
  return { test: test.heldOut, clean: half.training, degraded: half.heldOut };
}

/** 8-bit RGB, cut to a multiple of the scale. */
async function photograph(path: string, scale: number): Promise<Image<Uint8Array>> {
  const image = toUint8(toRgb(await readImage(path)));
  const width = image.width - (image.width % scale);
  const height = image.height - (image.height % scale);
  if (Math.min(width, height) < 3 * scale)
    throw new ImageSizeError(`${image.width} x ${image.height} is smaller than ${3 * scale} pixels.`, {
      value: [image.width, image.height],
      remedy: 'Leave it out.',
    });
  return crop(image, { x: 0, y: 0, width, height });
}

/** What has to be the same for a benchmark to be the same. */
async function keyOf(content: readonly unknown[], files: readonly PhotoFile[], signal?: AbortSignal) {
  const hashes: [string, string][] = [];
  for (const { name, path } of files) {
    signal?.throwIfAborted();
    // Damaged files are named when they are decoded.
    const bytes = await readFile(path).catch(() => new Uint8Array());
    hashes.push([name.normalize('NFC'), sha256(bytes)]);
  }
  return { key: sha256(JSON.stringify([...content, hashes])), hashes: new Map(hashes) };
}

/**
 * Makes a benchmark like AIM 2019's from any folder of photographs: `train/clean` (sharp), `train/degraded` (other photographs,
 * reduced and taken by a camera), and for each test camera `test/<camera>` (degraded) beside `test/high` (the truth). Low
 * resolution is the bicubic reduction of the photograph, then the camera. The same photographs, options and seed give
 * the same samples on every machine whose JPEG codec is the same; an interrupted call goes on where it was.
 *
 * @throws BenchmarkError when `to` holds something else or cannot be written, or there are too few photographs;
 * CorruptImagesError; OptionError; what `photoFolder` throws.
 */
export async function makeBenchmark(options: MakeBenchmarkOptions): Promise<Benchmark> {
  const { scale = 4, camera = 'low-light-phone', heldOut = 0.1, seed = 0, onCorrupt = 'throw', signal } = options;
  if (!Number.isInteger(scale) || scale < 1)
    throw new OptionError(`The scale is ${scale}.`, { value: scale, remedy: 'Give a whole number such as 2 or 4.' });
  const training = namedCamera(camera);
  const tests = (options.testCameras ?? [camera]).map(namedCamera);
  if (tests.length === 0 || new Set(['high', ...tests.map(({ name }) => name)]).size !== tests.length + 1)
    throw new OptionError(`The test cameras are [${tests.map(({ name }) => name).join(', ')}].`, {
      value: tests.map(({ name }) => name),
      remedy: 'Give at least one, with different names, none of them high.',
    });
  const folder = await listed(options.photographs);
  const real = options.degraded && (await listed(options.degraded));
  const role = roles(folder, heldOut, seed, !real);
  const steps = ({ name, process }: NamedCamera): CameraRecord => ({ name, process: process ?? 'a function' });
  const settings = {
    scale,
    heldOut,
    seed,
    camera: real ? ('real' as const) : steps(training),
    testCameras: tests.map(steps),
  };
  const { key } = await keyOf([1, settings, role], folder.photos, signal);
  const realHashes = real && (await keyOf([], real.photos, signal)).hashes;
  const to = resolve(typeof options.to === 'string' ? options.to : fileURLToPath(options.to));
  const output = await openBenchmarkFolder(to, sha256(JSON.stringify([key, realHashes && [...realHashes]])));

  const png = pngNames(folder.photos);
  const paths = new Map(folder.photos.map(({ name, path }) => [name, path]));
  const root = createRandom(seed);
  const skipped: SkippedFile[] = [folder, ...(real ? [real] : [])].flatMap(unreadable);
  const total = role.clean.length + role.degraded.length + role.test.length;
  let done = 0;

  const each = async (
    names: readonly string[],
    make: (name: string, image: () => Promise<Image<Uint8Array>>) => Promise<void>,
  ) => {
    for (const name of names) {
      signal?.throwIfAborted();
      let decoded: Promise<Image<Uint8Array>> | undefined;
      try {
        await make(name, () => (decoded ??= photograph(paths.get(name)!, scale)));
      } catch (error) {
        if (!DeFlowError.isInstance(error) || error instanceof BenchmarkError) throw error;
        skipped.push({ name, reason: error.message.split('\n')[0]! });
      }
      options.onProgress?.({ done: ++done, total, name });
    }
  };
  const shot = async ({ name, camera }: NamedCamera, photo: string, image: Image<Uint8Array>) => {
    const small = scale === 1 ? image : resize(image, { scale: 1 / scale });
    return camera(small, root.fork(`camera ${name}`).fork(photo.normalize('NFC')));
  };

  const clean: BenchmarkFile[] = [];
  await each(role.clean, async (name, image) => {
    clean.push(await output.picture(`train/clean/${png.get(name)}`, name, image));
  });
  const degraded: BenchmarkFile[] = [];
  await each(role.degraded, async (name, image) => {
    const make = async () => shot(training, name, await image());
    degraded.push(await output.picture(`train/degraded/${png.get(name)}`, name, make));
  });
  const high: BenchmarkFile[] = [];
  const low: Record<string, BenchmarkFile[]> = Object.fromEntries(tests.map(({ name }) => [name, []]));
  await each(role.test, async (name, image) => {
    const truth = await output.picture(`test/high/${png.get(name)}`, name, image);
    const shots: [string, BenchmarkFile][] = [];
    for (const test of tests) {
      const make = async () => shot(test, name, await image());
      shots.push([test.name, await output.picture(`test/${test.name}/${png.get(name)}`, name, make)]);
    }
    high.push(truth);
    for (const [test, file] of shots) low[test]!.push(file);
  });

  if (skipped.length > 0 && (onCorrupt === 'throw' || clean.length === 0 || high.length === 0))
    throw new CorruptImagesError(
      `${skipped.length} of ${total} photographs in ${folder.path} cannot be used:${shortList(skipped.map(({ name, reason }) => `${name}: ${reason}`))}`,
      {
        files: skipped,
        path: folder.path,
        remedy: "Replace or remove them, or pass onCorrupt: 'skip'. The others are done already.",
      },
    );
  const manifest: BenchmarkManifest = {
    format: 'deflow-benchmark',
    version: 1,
    key,
    ...settings,
    train: {
      clean,
      degraded: real
        ? { folder: resolve(real.path), files: [...realHashes!].map(([source, sha256]) => ({ source, sha256 })) }
        : { files: degraded },
    },
    test: { high, low },
    skipped,
  };
  await output.finish(manifest);
  return openBenchmark(to);
}
