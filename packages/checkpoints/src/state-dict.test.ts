import { expect, test } from 'vitest';
import { CheckpointContentError } from './errors.ts';
import { stateDict } from './state-dict.ts';
import type { CheckpointTensor } from './tensor.ts';
import type { CheckpointValue } from './value.ts';

const scalar = (value: number): CheckpointTensor => ({ type: 'float32', shape: [], data: Float32Array.of(value) });
const map = (entries: Record<string, CheckpointValue>): CheckpointValue => new Map(Object.entries(entries));
const numbers = (value: CheckpointValue, key?: string) =>
  [...stateDict(value, key === undefined ? {} : { key })].map(([name, { data }]) => [name, data[0]]);

const wrapped = { params: map({ w: scalar(1) }), params_ema: map({ w: scalar(2) }), iter: 5 };

test('prefers the averages, then the parameters, then the state dict, then the root', () => {
  expect(numbers(map(wrapped))).toEqual([['w', 2]]);
  expect(numbers(map({ params: wrapped.params, state_dict: wrapped.params_ema }))).toEqual([['w', 1]]);
  expect(numbers(map({ state_dict: wrapped.params_ema, epoch: 1 }))).toEqual([['w', 2]]);
  expect(numbers(map({ w: scalar(3), note: 'text' }))).toEqual([['w', 3]]);
  expect(numbers(map({ generator: wrapped.params, epoch: 1 }))).toEqual([['w', 1]]);
});

test('takes the dictionary that is asked for', () => {
  expect(numbers(map(wrapped), 'params')).toEqual([['w', 1]]);
  expect(numbers(map({ run: map(wrapped) }), 'run.params')).toEqual([['w', 1]]);
  expect(numbers(map({ 'a.b': map({ w: scalar(4) }) }), 'a.b')).toEqual([['w', 4]]);
});

test('strips the prefix of DataParallel', () => {
  expect(numbers(map({ 'module.a.module.b': scalar(1), c: scalar(2) }))).toEqual([
    ['a.module.b', 1],
    ['c', 2],
  ]);
});

test.each<[string, CheckpointValue, string | undefined, string]>([
  ['several dictionaries', map({ g: wrapped.params, d: wrapped.params }), undefined, 'Choose one with { key }: g, d'],
  ['a missing dictionary', map(wrapped), 'generator', 'holds no dictionary generator'],
  ['no tensors', map({ iter: 5 }), undefined, 'holds no tensors'],
  ['an empty dictionary', map({ params: map({}) }), 'params', 'holds no tensors in params'],
  ['a list', [scalar(1)], undefined, 'holds no dictionary'],
  ['one name twice', map({ w: scalar(1), 'module.w': scalar(2) }), undefined, 'holds w twice'],
])('refuses %s', (_, value, key, message) => {
  expect(() => numbers(value, key)).toThrow(CheckpointContentError);
  expect(() => numbers(value, key)).toThrow(message);
});
