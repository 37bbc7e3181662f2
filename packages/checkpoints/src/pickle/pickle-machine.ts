import type { ByteCursor } from '../byte-cursor.ts';
import { CheckpointFormatError } from '../errors.ts';
import { kindOf } from './kind-of.ts';
import type { PickledGlobal } from './pickled-global.ts';

/** What a pickle's instructions and globals may do beyond building values: all of it is given by the caller. */
export interface PickleHost {
  /** What `module.name` stands for. @throws ForeignObjectError for anything that is not expected. */
  readonly findGlobal: (name: string) => PickledGlobal;
  /** The object behind a persistent id. */
  readonly persistent: (id: unknown) => unknown;
}

/** The stack machine that Python's pickle module describes (PEP 307, PEP 3154): values, marks and a memo. */
export class PickleMachine {
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(
    readonly cursor: ByteCursor,
    readonly host: PickleHost,
  ) {}

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pop(): unknown {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw this.malformed('takes from an empty stack');
    return this.#stack.pop();
  }

  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** The values above the last mark, which goes away. */
  popToMark(): unknown[] {
    const height = this.#marks.pop();
    if (height === undefined) throw this.malformed('closes a mark that it never set');
    return this.#stack.splice(height);
  }

  popText(): string {
    const value = this.pop();
    if (typeof value !== 'string') throw this.malformed(`has ${kindOf(value)} where a text should be`);
    return value;
  }

  topList(): unknown[] {
    const value = this.top();
    if (!Array.isArray(value)) throw this.malformed('appends to what is no list');
    return value;
  }

  topMap(): Map<unknown, unknown> {
    const value = this.top();
    if (!(value instanceof Map)) throw this.malformed('sets an item of what is no dictionary');
    return value;
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) throw this.malformed(`recalls value ${index}, which it never stored`);
    this.push(this.#memo.get(index));
  }

  malformed(what: string): CheckpointFormatError {
    const { position } = this.cursor;
    return new CheckpointFormatError(`The pickle ${what} (position ${position}).`, {
      remedy: 'The file is damaged or was not written by PyTorch: fetch or save it again.',
      value: position,
    });
  }
}
