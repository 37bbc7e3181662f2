import { getBackend, getGradient, grad, memory, square, sum, tensor1d } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { AlreadyStartedError, BackendUnavailableError, OptionError } from './errors.ts';
import { useTensorFlow } from './use-tensorflow.ts';

const wanted = process.env.DEFLOW_BACKEND;
const engine = await useTensorFlow();
const isNative = engine.backend !== 'wasm';

afterEach(() => {
  vi.restoreAllMocks();
  if (wanted === undefined) delete process.env.DEFLOW_BACKEND;
  else process.env.DEFLOW_BACKEND = wanted;
});

test('it says what it chose', () => {
  expect(engine.threads.within).toBeGreaterThanOrEqual(1);
  expect(engine.threads.between).toBeGreaterThanOrEqual(1);
  expect(engine.devices.length).toBeGreaterThanOrEqual(1);
  expect(engine.tensorflowVersion).toBe(isNative ? '2.21.0' : null);
  for (const { reason, remedy } of engine.unavailable)
    expect([reason, remedy].every((text) => text.length > 10)).toBe(true);
});

test('gradients are there', () => {
  expect(getGradient('Conv2D')).toBeDefined();
  const slope = grad((x) => sum(square(x)))(tensor1d([1, -2]));
  expect([...slope.dataSync()]).toEqual([2, -4]);
});

test('calling it again gives the same engine, prints nothing and leaks nothing', async () => {
  const spies = (['log', 'warn', 'error'] as const).map((name) => vi.spyOn(console, name));
  const before = memory().numTensors;
  expect(await useTensorFlow()).toEqual(engine);
  expect(memory().numTensors).toBe(before);
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
});

test('calls at once wait for each other', async () => {
  const [first, second] = await Promise.all([useTensorFlow(), useTensorFlow()]);
  expect(first).toEqual(second);
});

describe('options', () => {
  test.each([{ backend: 'metal' as never }, { threads: 0 }, { threads: { within: 1.5 } }])(
    '%o is refused',
    async (options) => {
      await expect(useTensorFlow(options)).rejects.toThrow(OptionError);
    },
  );

  test('DEFLOW_BACKEND is checked, too', async () => {
    process.env.DEFLOW_BACKEND = 'tpu';
    await expect(useTensorFlow()).rejects.toThrow('There is no backend "tpu".');
  });
});

describe.skipIf(!isNative)('with TensorFlow running (skipped on other backends)', () => {
  test('another number of threads cannot be had any more', async () => {
    const { within, between } = engine.threads;
    for (const threads of [within + 1, { within: within + 1 }, { between: between + 1 }]) {
      const refused = await useTensorFlow({ threads }).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(AlreadyStartedError);
      expect((refused as Error).message).toMatch(/^TensorFlow runs in this process already: (native|cuda), \d+ thread/);
    }
    for (const threads of [{}, engine.threads, { within }, { between }])
      expect(await useTensorFlow({ threads })).toBe(engine);
  });

  test('wasm can be used meanwhile, and left', async () => {
    expect(await useTensorFlow({ backend: 'wasm' })).toMatchObject({
      backend: 'wasm',
      threads: { within: 1, between: 1 },
      unavailable: [],
    });
    expect(getBackend()).toBe('wasm');
    expect(await useTensorFlow({ backend: engine.backend })).toBe(engine);
    expect(getBackend()).toBe('tensorflow');
  });
});

test.skipIf(isNative)(
  'a backend that cannot be had is an error with a remedy (skipped where TensorFlow runs)',
  async () => {
    process.env.DEFLOW_CACHE = '/nowhere';
    await expect(useTensorFlow({ backend: 'native' })).rejects.toThrow(BackendUnavailableError);
  },
);
