import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  CacheWriteError,
  DeFlowError,
  DiskFullError,
  DownloadError,
  PythonMissingError,
  WheelFileError,
  WheelHashError,
} from '../errors.ts';
import { installFiles } from './install.ts';
import { installTensorFlow } from './install-tensorflow.ts';
import { installationFolder } from './layout.ts';
import type { InstallProgress } from './progress.ts';
import { smallSet, wheelFiles, zip } from './testing/make-wheel.ts';

let root: string;
let cache: string;
let wheels: string;
const target = () => installationFolder('cpu', cache);
const wheel = () => join(wheels, 'small.whl');
/** What an installation may leave: itself, and nothing else. */
const left = () => readdirSync(cache);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'deflow-install-'));
  cache = join(root, 'cache');
  wheels = join(root, 'wheels');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** An environment whose python3 runs this script instead of pip; `DEST` is the folder for the wheels. */
function withPip(script: string): NodeJS.ProcessEnv {
  const folder = join(root, 'bin');
  mkdirSync(folder);
  const lines = [
    '#!/bin/sh',
    'if [ "$3" = "--version" ]; then echo "pip 23.0 from somewhere"; exit 0; fi',
    'while [ $# -gt 0 ]; do if [ "$1" = "--dest" ]; then DEST=$2; fi; shift; done',
    script,
  ];
  writeFileSync(join(folder, 'python3'), `${lines.join('\n')}\n`);
  chmodSync(join(folder, 'python3'), 0o755);
  return { ...process.env, PATH: `${folder}:${process.env.PATH}` };
}

describe('what is installed', () => {
  test('the wanted files, with their modes, and a note of what they are', async () => {
    expect(await installFiles('cpu', smallSet(wheels), cache, { wheel: wheel() })).toBe(true);
    expect(readdirSync(target()).sort()).toEqual(['installed.json', 'nvidia', 'tensorflow']);
    expect(readdirSync(join(target(), 'tensorflow')).sort()).toEqual([
      'include',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so.2',
    ]);
    expect(readFileSync(join(target(), 'tensorflow/libtensorflow_cc.so.2'))).toEqual(
      wheelFiles['tensorflow/libtensorflow_cc.so.2'],
    );
    expect(existsSync(join(target(), 'tensorflow/include/unwanted.h'))).toBe(false);
    expect(statSync(join(target(), 'nvidia/cuda_nvcc/bin/ptxas')).mode & 0o111).toBe(0o111);
    expect(statSync(target()).mode & 0o055).toBe(0o055 & ~process.umask());
    expect(left()).toHaveLength(1);
  });

  test('a second run does nothing, --force does it again', async () => {
    const set = smallSet(wheels);
    await installFiles('cpu', set, cache, { wheel: wheel() });
    writeFileSync(join(target(), 'mark'), '');
    expect(await installFiles('cpu', set, cache, { wheel: wheel() })).toBe(false);
    expect(existsSync(join(target(), 'mark'))).toBe(true);
    expect(await installFiles('cpu', set, cache, { wheel: wheel(), force: true })).toBe(true);
    expect(existsSync(join(target(), 'mark'))).toBe(false);
    expect(left()).toHaveLength(1);
  });

  test('a folder of wheels serves as well as a file', async () => {
    expect(await installFiles('cpu', smallSet(wheels), cache, { wheel: wheels })).toBe(true);
  });

  test('progress goes up to the whole', async () => {
    const seen: InstallProgress[] = [];
    await installFiles('cpu', smallSet(wheels), cache, {
      wheel: wheel(),
      onProgress: (progress) => seen.push(progress),
    });
    expect(new Set(seen.map(({ step }) => step))).toEqual(new Set(['check', 'unpack']));
    const last = seen.at(-1) as InstallProgress;
    expect(last.done).toBe(last.total);
  });
});

describe('at once and interrupted', () => {
  test('two installations at once both succeed, and one does the work', async () => {
    const set = smallSet(wheels);
    const steps: string[] = [];
    const both = await Promise.all(
      [1, 2].map(() => installFiles('cpu', set, cache, { wheel: wheel(), onProgress: ({ step }) => steps.push(step) })),
    );
    expect(both.sort()).toEqual([false, true]);
    expect(steps).toContain('wait');
    expect(left()).toHaveLength(1);
  });

  test('an installation that is stopped leaves nothing', async () => {
    const stop = new AbortController();
    const onProgress = ({ step }: InstallProgress) => step === 'unpack' && stop.abort();
    const set = smallSet(wheels);
    await expect(
      installFiles('cpu', set, cache, { wheel: wheel(), onProgress, signal: stop.signal }),
    ).rejects.toThrow();
    expect(left()).toEqual([]);
    expect(await installFiles('cpu', set, cache, { wheel: wheel() })).toBe(true);
  });

  test('what a killed installation left is swept, what a living one has is not', async () => {
    const dead = join(cache, '.incoming-999999999-abc');
    const living = join(cache, `.incoming-${process.pid}-abc`);
    for (const folder of [dead, living]) mkdirSync(folder, { recursive: true });
    await installFiles('cpu', smallSet(wheels), cache, { wheel: wheel() });
    expect([existsSync(dead), existsSync(living)]).toEqual([false, true]);
  });

  test.each([
    ['a process that is gone', `999999999\n${hostname()}\n`, 0],
    ['another machine, untouched for minutes', '1\nelsewhere\n', 300],
  ])('the lock of %s is taken over', async (_, content, secondsAgo) => {
    mkdirSync(cache);
    const lock = `${target()}.lock`;
    writeFileSync(lock, content);
    const time = new Date(Date.now() - secondsAgo * 1000);
    utimesSync(lock, time, time);
    expect(await installFiles('cpu', smallSet(wheels), cache, { wheel: wheel() })).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });
});

describe('through pip', () => {
  test('pip is asked for the pinned file under its hash', async () => {
    const set = smallSet(wheels);
    const environment = withPip(`cp "${wheel()}" "$DEST/"; cp "$DEST/requirements.txt" "${root}/asked"`);
    expect(await installFiles('cpu', set, cache, { environment })).toBe(true);
    expect(readFileSync(join(root, 'asked'), 'utf8')).toBe(
      `tensorflow-cpu==2.21.0 --hash=sha256:${set.wheels[0]?.sha256}\n`,
    );
    expect(left()).toHaveLength(1);
  });

  test.each([
    [
      'no network',
      DownloadError,
      'echo "WARNING: Retrying after connection broken" >&2; echo "ERROR: No matching distribution found" >&2; exit 1',
    ],
    ['a changed file in the index', WheelHashError, 'echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES" >&2; exit 1'],
    ['a full disk', DiskFullError, 'echo "OSError: [Errno 28] No space left on device" >&2; exit 2'],
  ])('%s is a named error', async (_, kind, script) => {
    const failed = installFiles('cpu', smallSet(wheels), cache, { environment: withPip(script) });
    await expect(failed).rejects.toThrow(kind);
    expect(left()).toEqual([]);
  });

  test('without Python it says what to do', async () => {
    const environment = { PATH: join(root, 'nothing') };
    const error = await installFiles('cpu', smallSet(wheels), cache, { environment }).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(PythonMissingError);
    expect((error as DeFlowError).remedy).toMatch(/Python 3.*--wheel FILE.*wasm/s);
  });
});

describe('wheels that are wrong', () => {
  const failing = async (content: Buffer, replaced?: Buffer) => {
    const set = smallSet(wheels, content);
    if (replaced) writeFileSync(wheel(), replaced);
    const error = await installFiles('cpu', set, cache, { wheel: wheel() }).catch((error: unknown) => error);
    expect(left()).toEqual([]);
    return error;
  };

  test('another file of the same size', async () => {
    const content = zip(wheelFiles);
    const changed = Buffer.from(content);
    changed[100] = (changed[100] as number) ^ 1;
    expect(await failing(content, changed)).toBeInstanceOf(WheelHashError);
  });

  test('a file that is cut off', async () => {
    const content = zip(wheelFiles);
    const error = await failing(content, content.subarray(0, -10));
    expect(error).toBeInstanceOf(WheelFileError);
    expect((error as Error).message).toContain('cut off');
  });

  test('a file that is no archive', async () => {
    expect(await failing(Buffer.alloc(1000))).toBeInstanceOf(WheelFileError);
  });

  test('an archive that climbs out of its folder', async () => {
    expect(await failing(zip({ 'nvidia/x/lib/../../../../../evil': Buffer.from('evil') }))).toBeInstanceOf(
      WheelFileError,
    );
    expect(existsSync(join(dirname(cache), 'evil'))).toBe(false);
  });

  test('a file that is not there', async () => {
    await expect(installFiles('cpu', smallSet(wheels), cache, { wheel: join(root, 'none.whl') })).rejects.toThrow(
      WheelFileError,
    );
  });
});

describe('disks', () => {
  test('too little room is found before anything is fetched', async () => {
    const set = { ...smallSet(wheels), diskBytes: 1e18 };
    await expect(installFiles('cpu', set, cache, { wheel: wheel() })).rejects.toThrow(/1000000000.0 GB are needed/);
  });

  test('a cache that cannot be written', async () => {
    writeFileSync(join(root, 'file'), '');
    const failed = installFiles('cpu', smallSet(wheels), join(root, 'file', 'cache'), { wheel: wheel() });
    await expect(failed).rejects.toThrow(CacheWriteError);
  });

  test('the wheel of TensorFlow itself has another hash than this one', async () => {
    smallSet(wheels);
    const failed = installTensorFlow({ cache, wheel: wheel() });
    await expect(failed).rejects.toSatisfy(DeFlowError.isInstance);
  });
});
