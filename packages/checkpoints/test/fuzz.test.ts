import { createRandom, DeFlowError, type Random } from '@deflow/images';
import { expect, test } from 'vitest';
import {
  type CheckpointTensor,
  type CheckpointValue,
  decodePyTorch,
  decodeSafetensors,
  encodePyTorch,
  encodeSafetensors,
  isTensor,
} from '../src/index.ts';
import { bytes, dictionary, numbers, tensor, text, zip } from './hand-made.ts';

const tensors: Record<string, CheckpointTensor> = {
  weight: { type: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  half: { type: 'float16', shape: [3], data: Uint16Array.of(0x3c00, 0, 1) },
  steps: { type: 'int64', shape: [], data: BigInt64Array.of(7n) },
};
const nested: CheckpointValue = new Map<string, CheckpointValue>([
  ['params', new Map(Object.entries(tensors))],
  ['history', [1, 2.5, 'text', null, true, 2n ** 80n]],
]);
const instructions = bytes('\x80\x02](', tensor({ offset: 1, shape: [1] }), dictionary(), text('x'), 'e.');

/** Changes some bytes, cuts the end off, or repeats a part. */
function mutated(file: Uint8Array, random: Random): Uint8Array {
  const changed = file.slice();
  const kind = random.integer(4);
  if (kind === 0) return changed.subarray(0, random.integer(file.length));
  if (kind === 1) {
    const begin = random.integer(file.length);
    const part = file.subarray(begin, begin + random.integer(64));
    return bytes(file.subarray(0, begin), part, file.subarray(begin));
  }
  const flips = 1 + random.integer(3);
  for (let i = 0; i < flips; i++) changed[random.integer(file.length)] = random.integer(256);
  return changed;
}

/** Bytes of all tensors in a value. */
function sizeOf(value: CheckpointValue): number {
  if (isTensor(value)) return value.data.byteLength;
  if (typeof value !== 'object' || value === null) return 0;
  const items: CheckpointValue[] = value instanceof Map ? [...value.values()] : [...(value as CheckpointValue[])];
  return items.reduce((sum: number, item) => sum + sizeOf(item), 0);
}

interface Outcome {
  read: number;
  refused: number;
}

function fuzz(file: Uint8Array, read: (file: Uint8Array) => CheckpointValue, rounds: number, seed: string): Outcome {
  const random = createRandom(seed);
  const outcome = { read: 0, refused: 0 };
  for (let round = 0; round < rounds; round++) {
    const damaged = mutated(file, random);
    try {
      expect(sizeOf(read(damaged))).toBeLessThanOrEqual(17 * damaged.length + 2 ** 24);
      outcome.read++;
    } catch (error) {
      if (!DeFlowError.isInstance(error)) throw error;
      outcome.refused++;
    }
  }
  return outcome;
}

const readPyTorch = (file: Uint8Array) => decodePyTorch(file).value;
const withPickle = (pickle: Uint8Array) => zip({ 'a/data.pkl': pickle, 'a/data/0': numbers(1, 2) });
const rounds = 4000;

test.each<[string, Uint8Array, (file: Uint8Array) => CheckpointValue]>([
  ['zip archives', encodePyTorch(nested), readPyTorch],
  ['legacy streams', encodePyTorch(nested, { container: 'legacy' }), readPyTorch],
  ['pickles under a right checksum', instructions, (pickle) => readPyTorch(withPickle(pickle))],
  ['safetensors files', encodeSafetensors(tensors, { note: 'text' }), (file) => decodeSafetensors(file).tensors],
])('damaged %s are read or refused by name, within the memory that they may take', (name, file, read) => {
  expect(() => read(file)).not.toThrow();
  const { read: good, refused } = fuzz(file, read, rounds, name);
  expect(good + refused).toBe(rounds);
  expect(refused).toBeGreaterThan(rounds / 10);
});
