import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { UseTensorFlowOptions } from './engine.ts';
import { OptionError } from './errors.ts';
import { checkedThreads, describeThreads, fits, startThreads, type Threads } from './threads.ts';

describe('threads', () => {
  it('are one number for both, or two', () => {
    expect(checkedThreads(3)).toEqual({ within: 3, between: 3 });
    expect(checkedThreads({ within: 1, between: 4 })).toEqual({ within: 1, between: 4 });
    expect(checkedThreads({ between: 4 })).toEqual({ between: 4 });
    expect(checkedThreads(undefined)).toEqual({});
  });

  it.each([0, 1.5, Number.NaN, 2000, { within: 0 }, { between: -1 }, { within: '2' as never }, { inside: 2 } as never])(
    'cannot be %o',
    (given) => {
      expect(() => checkedThreads(given)).toThrow(OptionError);
    },
  );

  it('that are not given are those of the environment, else all processors', () => {
    const all = availableParallelism();
    expect(startThreads({}, {})).toEqual({ within: all, between: all });
    const environment = { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '7' };
    expect(startThreads({}, environment)).toEqual({ within: 1, between: 7 });
    expect(startThreads({ within: 5 }, environment)).toEqual({ within: 5, between: 7 });
    // What TensorFlow takes for nothing.
    expect(startThreads({}, { TF_NUM_INTRAOP_THREADS: '0', TF_NUM_INTEROP_THREADS: 'many' })).toEqual(
      startThreads({}, {}),
    );
  });

  it('fit where nothing else was asked for', () => {
    const running = { within: 1, between: 2 };
    expect([{}, running, { within: 1 }].map((asked) => fits(asked, running))).toEqual([true, true, true]);
    expect([{ within: 2 }, { between: 1 }].map((asked) => fits(asked, running))).toEqual([false, false]);
  });

  it('are told in words', () => {
    expect(describeThreads({ within: 1, between: 1 })).toBe('1 thread');
    expect(describeThreads({ within: 2, between: 2 })).toBe('2 threads');
    expect(describeThreads({ within: 1, between: 2 })).toBe(
      '1 thread within an operation, 2 operations beside each other',
    );
  });
});

const program = `
  import { readdirSync, readFileSync } from 'node:fs';
  import { useTensorFlow } from '${fileURLToPath(new URL('./use-tensorflow.ts', import.meta.url))}';
  const { backend, threads } = await useTensorFlow(JSON.parse(process.argv[1]));
  const names = readdirSync('/proc/self/task').map((task) => readFileSync('/proc/self/task/' + task + '/comm', 'utf8').trim());
  console.log(JSON.stringify({ backend, threads, all: names.length, between: names.filter((name) => name === 'tf_Compute').length }));
`;

/** What a process of its own finds: a context is made once in each. */
function started(options: UseTensorFlowOptions, environment: NodeJS.ProcessEnv = {}) {
  const flags = ['--conditions=@deflow/source', '--import', 'tsx', '--input-type=module', '--eval', program];
  const output = execFileSync(process.execPath, [...flags, JSON.stringify(options)], {
    env: { ...process.env, ...environment },
    encoding: 'utf8',
  });
  return JSON.parse(output) as { backend: string; threads: Threads; all: number; between: number };
}

it('are as many as TensorFlow starts', ({ skip }) => {
  const one = started({ threads: { within: 1, between: 3 } });
  skip(
    process.platform !== 'linux' || one.backend !== 'native',
    'Linux lists the threads of TensorFlow on the processor',
  );
  expect(one).toMatchObject({ threads: { within: 1, between: 3 }, between: 3 });
  const more = started({ threads: { within: 4 } }, { TF_NUM_INTEROP_THREADS: '5' });
  expect(more).toMatchObject({ threads: { within: 4, between: 5 }, between: 5 });
  expect(more.all - one.all).toBe(4 - 1 + 5 - 3);
}, 30_000);
