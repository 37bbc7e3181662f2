import { concatenate } from '../concatenate.ts';
import { CheckpointLimitError } from '../errors.ts';
import type { CheckpointTensor } from '../tensor.ts';
import { type CheckpointKey, type CheckpointValue, isMap, isTensor } from '../value.ts';

const deepest = 64;
const text = new TextEncoder();

/** Writes the instructions of a pickle (protocol 2) that builds values of checkpoints. */
export class PickleWriter {
  readonly #parts: Uint8Array[] = [Uint8Array.of(0x80, 2)];
  readonly #memo = new Map<string, number>();

  constructor(readonly writeTensor: (writer: PickleWriter, tensor: CheckpointTensor) => void) {}

  finish(): Uint8Array<ArrayBuffer> {
    return concatenate([...this.#parts, text.encode('.')]);
  }

  /** Instructions as letters. */
  code(letters: string): void {
    this.#parts.push(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));
  }

  #number(letter: string, size: number, set: (view: DataView) => void): void {
    const view = new DataView(new ArrayBuffer(1 + size));
    view.setUint8(0, letter.charCodeAt(0));
    set(view);
    this.#parts.push(new Uint8Array(view.buffer));
  }

  global(module: string, name: string): void {
    this.#once(`c${module}\n${name}\n`, (code) => this.code(code));
  }

  /** A text that occurs often: written once. */
  word(value: string): void {
    this.#once(value, () => this.text(value));
  }

  #once(key: string, write: (key: string) => void): void {
    const known = this.#memo.get(key);
    const index = known ?? this.#memo.size;
    if (known === undefined) {
      write(key);
      this.#memo.set(key, index);
    }
    this.#number(known === undefined ? 'r' : 'j', 4, (view) => view.setUint32(1, index, true));
  }

  text(value: string): void {
    const bytes = text.encode(value);
    this.#number('X', 4, (view) => view.setUint32(1, bytes.length, true));
    this.#parts.push(bytes);
  }

  integer(value: number | bigint): void {
    if (value >= 0 && value < 256) this.#number('K', 1, (view) => view.setUint8(1, Number(value)));
    else if (value >= -(2 ** 31) && value < 2 ** 31) {
      this.#number('J', 4, (view) => view.setInt32(1, Number(value), true));
    } else this.#longInteger(BigInt(value));
  }

  #longInteger(value: bigint): void {
    const bytes: number[] = [];
    const size = Math.ceil((value.toString(16).length + 1) / 2) + 1;
    for (let i = 0; i < size; i++) bytes.push(Number((value >> BigInt(8 * i)) & 255n));
    this.code('\x8a');
    this.#parts.push(Uint8Array.of(size, ...bytes));
  }

  /** A tuple of integers. */
  sizes(values: readonly number[]): void {
    this.code('(');
    for (const value of values) this.integer(value);
    this.code('t');
  }

  scalar(value: CheckpointKey): void {
    if (value === null) this.code('N');
    else if (typeof value === 'boolean') this.code(value ? '\x88' : '\x89');
    else if (typeof value === 'string') this.text(value);
    else if (typeof value === 'bigint' || Number.isSafeInteger(value)) this.integer(value);
    else this.#number('G', 8, (view) => view.setFloat64(1, value));
  }

  /** Maps become OrderedDicts, arrays lists, numbers without a fraction integers. @throws CheckpointLimitError below 64 containers. */
  value(value: CheckpointValue, depth = 0): void {
    if (depth > deepest) {
      throw new CheckpointLimitError(`The values are nested deeper than ${deepest}.`, {
        remedy: 'Save a plain dictionary of tensors.',
      });
    }
    if (isTensor(value)) this.writeTensor(this, value);
    else if (isMap(value)) {
      this.orderedDictionary();
      this.code('(');
      for (const [key, item] of value) {
        this.scalar(key);
        this.value(item, depth + 1);
      }
      this.code('u');
    } else if (typeof value === 'object' && value !== null) {
      this.code('](');
      for (const item of value as readonly CheckpointValue[]) this.value(item, depth + 1);
      this.code('e');
    } else this.scalar(value);
  }

  /** An empty OrderedDict. */
  orderedDictionary(): void {
    this.global('collections', 'OrderedDict');
    this.code(')R');
  }
}

/** One pickle of plain values. */
export function writePickle(write: (writer: PickleWriter) => void): Uint8Array<ArrayBuffer> {
  const writer = new PickleWriter(() => undefined);
  write(writer);
  return writer.finish();
}
