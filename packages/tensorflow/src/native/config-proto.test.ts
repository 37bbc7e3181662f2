import { expect, test } from 'vitest';
import { configProto } from './config-proto.ts';

const bytes = (within: number, between: number, gpu: boolean) =>
  Buffer.from(configProto({ threads: { within, between }, gpu })).toString('hex');

test('the processor alone: no GPU in device_count', () => {
  expect(bytes(1, 2, false)).toBe('0a070a03475055100010012802');
});

test('with GPUs: their memory grows', () => {
  expect(bytes(1, 1, true)).toBe('3202200110012801');
});

test('threads within and between operations, also of more than one byte', () => {
  expect(bytes(4, 3, true)).toBe('3202200110042803');
  expect(bytes(300, 300, true)).toBe('3202200110ac0228ac02');
});
