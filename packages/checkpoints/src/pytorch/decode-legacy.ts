import { ByteCursor } from '../byte-cursor.ts';
import { CheckpointFormatError } from '../errors.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import { kindOf } from '../pickle/kind-of.ts';
import { readPickle } from '../pickle/read-pickle.ts';
import type { CheckpointValue } from '../value.ts';
import { findGlobal, storageOf } from './globals.ts';
import { bytesPerNumber, materialize, partOf } from './materialize.ts';
import { resolveValue } from './resolve.ts';
import type { Storage } from './storage.ts';

/** PyTorch's magic number, with which its files began before 1.6. */
export const legacyMagic = 0x1950a86a20f9469cfc6cn;

export const legacyProtocol = 1001;

const magicBytes = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/** How far into the file the magic number may begin: behind the pickle's protocol and frame. */
const furthest = 16;

/** Whether `bytes` begin with a pickle of the magic number, of whatever protocol. */
export function isLegacy(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x80) return false;
  for (let at = 0; at < furthest; at++) if (magicBytes.every((byte, i) => bytes[at + i] === byte)) return true;
  return false;
}

const malformed = (message: string, value: unknown) =>
  new CheckpointFormatError(message, { remedy: 'The file is damaged: fetch or save it again.', value });

/** No names and no storages: for pickles of plain values. */
const plain = {
  findGlobal,
  persistent: (id: unknown) => {
    throw malformed(`The file refers to ${kindOf(id)} where only plain values may stand.`, id);
  },
};

/** Reads the stream container: magic number, protocol, properties of the machine, values, keys of storages, then their numbers. */
export function decodeLegacy(bytes: Uint8Array, budget: MemoryBudget): CheckpointValue {
  const cursor = new ByteCursor(bytes);
  if (readPickle(cursor, plain) !== legacyMagic)
    throw malformed('The file does not begin with the magic number.', bytes[0]);
  const protocol = readPickle(cursor, plain);
  if (protocol !== legacyProtocol)
    throw malformed(`The file follows protocol ${kindOf(protocol)}, not 1001.`, protocol);
  const machine = readPickle(cursor, plain);
  if (!(machine instanceof Map) || machine.get('little_endian') !== true) {
    throw malformed('The file was written by a big-endian machine, or does not say by which.', machine);
  }
  const wanted = new Map<string, Storage>();
  const value = readPickle(cursor, { findGlobal, persistent: (id) => remember(wanted, storageOf(id)) });
  const keys = readPickle(cursor, plain);
  if (!Array.isArray(keys)) throw malformed('The list of storages is missing.', keys);
  const storages = readStorages(cursor, keys, wanted);
  return resolveValue(value, (pending) => {
    const { storage: shown } = pending;
    const whole = storages.get((shown.part?.of ?? shown).key);
    if (!whole) throw malformed(`Storage ${kindOf(shown.key)} is missing.`, shown.key);
    return materialize(pending, partOf(whole, shown), budget);
  });
}

function remember(wanted: Map<string, Storage>, storage: Storage): Storage {
  const whole = storage.part?.of ?? storage;
  const known = wanted.get(whole.key);
  if (known && (known.type !== whole.type || known.length !== whole.length)) {
    throw malformed(`Storage ${kindOf(whole.key)} is described in two ways.`, whole.key);
  }
  wanted.set(whole.key, whole);
  return storage;
}

/** Each storage is 8 bytes of its length in numbers, then the numbers. */
function readStorages(cursor: ByteCursor, keys: readonly unknown[], wanted: ReadonlyMap<string, Storage>) {
  const storages = new Map<string, Uint8Array>();
  for (const key of keys) {
    const storage = typeof key === 'string' ? wanted.get(key) : undefined;
    if (!storage) throw malformed(`The file lists a storage ${kindOf(key)} that no tensor names.`, key);
    const length = cursor.uint64();
    if (length !== storage.length) {
      throw malformed(`Storage ${storage.key} has ${length} numbers in place of ${storage.length}.`, length);
    }
    storages.set(storage.key, cursor.take(length * bytesPerNumber(storage.type)));
  }
  return storages;
}
