import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packageFolder } from '../package-folder.ts';
import { useTensorFlow } from '../use-tensorflow.ts';
import { compile } from './compile.ts';
import { describeNative } from './testing/native-only.ts';
import { keepCompiledFunctions, pruneXlaCache, xlaCacheFolder, xlaCacheRoot } from './xla-cache.ts';

const before = process.env.DEFLOW_CACHE;
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'xla-cache-'));
  process.env.DEFLOW_CACHE = root;
});

afterEach(() => {
  if (before === undefined) delete process.env.DEFLOW_CACHE;
  else process.env.DEFLOW_CACHE = before;
  rmSync(root, { recursive: true, force: true });
});

describe('the flags', () => {
  it('name a folder that is there', () => {
    const environment: NodeJS.ProcessEnv = { TF_XLA_FLAGS: '--tf_xla_max_cluster_size=7' };
    const folder = keepCompiledFunctions(2, environment)!;
    expect(existsSync(folder)).toBe(true);
    expect(folder.startsWith(xlaCacheRoot())).toBe(true);
    expect(environment.TF_XLA_FLAGS).toContain('--tf_xla_max_cluster_size=7 --tf_xla_persistent_cache_directory=');
    expect(environment.TF_XLA_FLAGS).toContain(folder);
  });

  it('that a parent process left are replaced', () => {
    const environment: NodeJS.ProcessEnv = {};
    keepCompiledFunctions(1, environment);
    const folder = keepCompiledFunctions(2, environment)!;
    expect(environment.TF_XLA_FLAGS?.match(/cache_directory/g)).toHaveLength(1);
    expect(environment.TF_XLA_FLAGS).toContain(folder);
  });

  it('of the user are left as they are', () => {
    const environment: NodeJS.ProcessEnv = { TF_XLA_FLAGS: '--tf_xla_persistent_cache_directory=/somewhere/else' };
    expect(keepCompiledFunctions(2, environment)).toBe('/somewhere/else');
    expect(environment.TF_XLA_FLAGS).toBe('--tf_xla_persistent_cache_directory=/somewhere/else');
  });

  it('are left out where nothing can be written', () => {
    process.env.DEFLOW_CACHE = join(root, 'file');
    writeFileSync(process.env.DEFLOW_CACHE, '');
    const environment: NodeJS.ProcessEnv = {};
    expect(keepCompiledFunctions(2, environment)).toBe(null);
    expect(environment.TF_XLA_FLAGS).toBeUndefined();
  });

  it('name another folder for other machine code', () => {
    const folders = [xlaCacheFolder(1, {}), xlaCacheFolder(2, {}), xlaCacheFolder(2, { XLA_FLAGS: '--x' })];
    expect(new Set(folders).size).toBe(3);
    expect(xlaCacheFolder(2, {})).toBe(folders[1]);
  });
});

describe('pruning', () => {
  const now = Date.UTC(2026, 0, 31);
  const put = (name: string, bytes: number, ageInHours: number) => {
    mkdirSync(join(root, 'version'), { recursive: true });
    // One part of a message: its number, its length, its bytes.
    const contents = bytes > 2 ? [0x0a, bytes - 2, ...new Uint8Array(bytes - 2)] : [];
    writeFileSync(join(root, 'version', name), Uint8Array.from(contents));
    const seconds = now / 1000 - 3600 * ageInHours;
    utimesSync(join(root, 'version', name), seconds, seconds);
  };
  const left = () => readdirSync(join(root, 'version')).sort();

  it('removes what is old, unfinished or empty, not what another process is writing', () => {
    for (const [name, bytes, age] of [
      ['young.pb', 10, 24 * 29],
      ['old.pb', 10, 24 * 31],
      ['empty.pb', 0, 0.1],
      ['stopped.tmp', 10, 2],
      ['writing.tmp', 10, 0.1],
    ] as const)
      put(name, bytes, age);
    pruneXlaCache(root, { now });
    expect(left()).toEqual(['writing.tmp', 'young.pb']);
  });

  it('removes damaged files: cut off, or zeros in place of what was written', () => {
    for (const name of ['whole.pb', 'cut.pb', 'zeros.pb']) put(name, 100, 1);
    const path = (name: string) => join(root, 'version', name);
    writeFileSync(path('cut.pb'), readFileSync(path('cut.pb')).subarray(0, 60));
    writeFileSync(path('zeros.pb'), new Uint8Array(100));
    pruneXlaCache(root, { now });
    expect(left()).toEqual(['whole.pb']);
  });

  it('removes what was used longest ago beyond a size', () => {
    put('first.pb', 40, 3);
    put('second.pb', 40, 2);
    put('third.pb', 40, 1);
    pruneXlaCache(root, { now, size: 90 });
    expect(left()).toEqual(['second.pb', 'third.pb']);
  });
});

describeNative('with XLA', () => {
  it('a function that was compiled lies in the cache that the engine names', async () => {
    const { xlaCache } = await useTensorFlow();
    if (!xlaCache) return;
    // No other run has compiled this one: a size of its own.
    const size = 20_000 + (process.pid % 1000) + (Date.now() % 1e5);
    const earlier = new Set(readdirSync(xlaCache));
    // Other processes write into the folder meanwhile: ours holds a shape of that size, as protocol buffers write it.
    const shape = Buffer.from([0x1a, 3, (size & 0x7f) | 0x80, ((size >> 7) & 0x7f) | 0x80, size >> 14]);
    const doubled = compile((x: tf.Tensor) => tf.mul(tf.exp(x), 2), { xla: true });
    expect(doubled(tf.zeros([size])).dataSync()[size - 1]).toBe(2);
    const added = readdirSync(xlaCache)
      .filter((name) => !earlier.has(name) && name.endsWith('.pb'))
      .filter((name) => readFileSync(join(xlaCache, name)).includes(shape));
    expect(added).toHaveLength(1);
    rmSync(join(xlaCache, added[0]!));
  });

  it('finds functions again that a process compiled in another order', async () => {
    const { xlaCache } = await useTensorFlow();
    if (!xlaCache) return;
    const folder = join(root, 'kept');
    mkdirSync(folder);
    const program = (order: string) => `
      import * as tf from '@tensorflow/tfjs-core';
      import { compile, useTensorFlow } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
      await useTensorFlow({ backend: 'native' });
      const total = tf.variable(tf.zeros([5]));
      const add = compile((x) => (total.assign(tf.add(total, x)), tf.sum(total)), { state: [total], xla: true, name: 'f' });
      const twice = compile((x) => tf.mul(tf.exp(x), 2), { xla: true, name: 'f' });
      for (const f of [${order}]) f(tf.ones([5])).dataSync();
    `;
    const keep = (order: string) => {
      const flags = `--tf_xla_persistent_cache_directory=${folder} --tf_xla_persistent_cache_device_types=XLA_CPU,XLA_CPU_JIT,CPU`;
      const options = ['--conditions=@deflow/source', '--import', 'tsx', '--input-type=module'];
      execFileSync(process.execPath, [...options, '--eval', program(order)], {
        cwd: packageFolder,
        env: { ...process.env, DEFLOW_CACHE: before, TF_XLA_FLAGS: flags },
        stdio: 'pipe',
      });
      return readdirSync(folder).filter((name) => name.endsWith('.pb'));
    };
    const first = keep('add, twice');
    expect(first).toHaveLength(2);
    expect(keep('twice, add')).toEqual(first);
  }, 60_000);
});
