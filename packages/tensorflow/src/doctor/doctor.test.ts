import { memory } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { useTensorFlow } from '../use-tensorflow.ts';
import { runDoctor } from './doctor.ts';
import { formatReport } from './report.ts';

const engine = await useTensorFlow();

test('a machine that trains gets a whole report and leaks nothing', async () => {
  const before = memory().numTensors;
  const { canTrain, checks, engine: used } = await runDoctor();
  expect(canTrain).toBe(true);
  expect(used?.backend).toBe(engine.backend);
  const values = Object.fromEntries(checks.map(({ name, value }) => [name, value]));
  expect(Object.keys(values)).toEqual(
    expect.arrayContaining([
      'Node',
      'Platform',
      'Cache',
      'Backend',
      'Threads',
      'Matrix product',
      'Convolution',
      'Gradients',
    ]),
  );
  const { within, between } = engine.threads;
  expect(values.Threads).toMatch(
    new RegExp(`^${within} within an operation, ${between} operations? beside each other$`),
  );
  expect(Number.parseInt(values['Matrix product'] as string, 10)).toBeGreaterThan(0);
  expect(values['Compiled functions']).toMatch(engine.backend === 'wasm' ? /as they are/ : /^right/);
  expect(memory().numTensors).toBe(before);
});

test('what stands in the way fails, with its remedy', async () => {
  const { canTrain, engine: used, checks } = await runDoctor({ backend: 'abacus' as never });
  expect(canTrain).toBe(false);
  expect(used).toBeNull();
  expect(checks.at(-1)).toEqual({
    name: 'Backend',
    status: 'failed',
    value: 'There is no backend "abacus".',
    remedy: 'Use one of auto, cuda, native, wasm.',
  });
});

test('the text is aligned', () => {
  const checks = [
    { name: 'Node', status: 'ok', value: '22.0.0' },
    { name: 'Backend', status: 'failed', value: 'none', remedy: 'Do this.' },
  ] as const;
  expect(formatReport({ canTrain: false, engine: null, checks }).split('\n')).toEqual([
    '✓ Node      22.0.0',
    '✗ Backend   none',
    '            → Do this.',
    '',
    'This machine cannot train yet.',
  ]);
});
