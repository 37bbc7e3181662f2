import { expect, test } from 'vitest';
import { configProto } from './config-proto.ts';

const bytes = (threads: number, gpu: boolean) => Buffer.from(configProto({ threads, gpu })).toString('hex');

test('the processor alone: no GPU in device_count', () => {
  expect(bytes(0, false)).toBe('0a070a034750551000');
});

test('with GPUs: their memory grows', () => {
  expect(bytes(0, true)).toBe('32022001');
});

test('threads within and between operations, also of more than one byte', () => {
  expect(bytes(4, true)).toBe('3202200110042804');
  expect(bytes(300, true)).toBe('3202200110ac0228ac02');
});
