import { OptionError } from './errors.ts';
import { hashWords } from './hash.ts';

/** A generator at rest: plain numbers, safe to send through JSON. */
export interface RandomState {
  /** Identifies the stream: what `fork` starts from. Four unsigned 32-bit integers. */
  readonly key: readonly number[];
  /** Where the stream stands. Four unsigned 32-bit integers. */
  readonly words: readonly number[];
  /** The second value of the last pair of normal numbers, if it was not handed out yet. */
  readonly spare: number | null;
}

/** A stream of random numbers that is the same on every machine for the same seed. */
export interface Random {
  /** Uniform in [0, 1), 53 random bits. */
  uniform(): number;
  /** Standard normal, by Marsaglia's polar method (exact up to rounding). */
  normal(): number;
  /** A whole number in [0, below), every one equally likely; `below` up to 2^53. */
  integer(below: number): number;
  /** `count` uniform numbers in [0, 1), 24 random bits each: exact in float32 and never 1. */
  uniforms(count: number): Float32Array;
  /** `count` standard normal numbers. */
  normals(count: number): Float32Array;
  /** Shuffles `array` in place and returns it. Every order is equally likely. */
  shuffle<Items extends { length: number; [index: number]: unknown }>(array: Items): Items;
  /**
   * An independent stream that depends on this stream's seed and on `name` only, not on how many numbers were drawn:
   * the same name gives the same stream again.
   */
  fork(name: string): Random;
  /** The present state, for `restoreRandom`. */
  state(): RandomState;
}

const word = (value: unknown): value is number => Number.isInteger(value) && (value as number) >>> 0 === value;

/** xoshiro128** by Blackman and Vigna (2018), seeded by hashing. */
class Xoshiro128 implements Random {
  readonly #key: readonly number[];
  readonly #words: Uint32Array;
  #spare: number | null;

  constructor({ key, words, spare }: RandomState) {
    this.#key = key;
    this.#words = Uint32Array.from(words);
    this.#spare = spare;
  }

  #bits(): number {
    const s = this.#words;
    const scrambled = Math.imul(s[1]!, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return result >>> 0;
  }

  #bits53(): number {
    return (this.#bits() >>> 5) * 2 ** 26 + (this.#bits() >>> 6);
  }

  uniform(): number {
    return this.#bits53() * 2 ** -53;
  }

  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    let x: number;
    let y: number;
    let radius: number;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      radius = x * x + y * y;
    } while (radius >= 1 || radius === 0);
    const factor = Math.sqrt((-2 * Math.log(radius)) / radius);
    this.#spare = y * factor;
    return x * factor;
  }

  integer(below: number): number {
    if (!Number.isSafeInteger(below) || below < 1)
      throw new OptionError(`integer(${below}): there is no whole number in [0, ${below}).`, {
        value: below,
        remedy: 'Give a whole number from 1 to 2^53 - 1.',
      });
    const narrow = below <= 2 ** 32;
    const range = narrow ? 2 ** 32 : 2 ** 53;
    const fair = range - (range % below);
    let drawn: number;
    do drawn = narrow ? this.#bits() : this.#bits53();
    while (drawn >= fair);
    return drawn % below;
  }

  uniforms(count: number): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = (this.#bits() >>> 8) * 2 ** -24;
    return values;
  }

  normals(count: number): Float32Array {
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = this.normal();
    return values;
  }

  shuffle<Items extends { length: number; [index: number]: unknown }>(array: Items): Items {
    for (let last = array.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const kept = array[last];
      array[last] = array[other];
      array[other] = kept;
    }
    return array;
  }

  fork(name: string): Random {
    const key = hashWords(`${this.#key.join(' ')} ${name}`);
    return new Xoshiro128({ key, words: key, spare: null });
  }

  state(): RandomState {
    return { key: [...this.#key], words: [...this.#words], spare: this.#spare };
  }
}

/** Starts a stream of random numbers from a finite number or any text. Numbers and texts give different streams. */
export function createRandom(seed: number | string): Random {
  if (typeof seed !== 'string' && !Number.isFinite(seed))
    throw new OptionError(`${seed} is no seed.`, { value: seed, remedy: 'Give a finite number or a text.' });
  const key = hashWords(`${typeof seed} ${seed}`);
  return new Xoshiro128({ key, words: key, spare: null });
}

/** Goes on exactly where `state` was taken. Throws an `OptionError` when it is not such a state. */
export function restoreRandom(state: RandomState): Random {
  const { key, words, spare } = (state ?? {}) as Partial<RandomState>;
  const fourWords = (list: unknown) => Array.isArray(list) && list.length === 4 && list.every(word);
  const valid = fourWords(key) && fourWords(words) && (spare === null || Number.isFinite(spare));
  if (!valid || words!.every((each) => each === 0))
    throw new OptionError('This is no state of a random generator.', {
      value: state,
      remedy: 'Give what state() returned: { key, words, spare }.',
    });
  return new Xoshiro128(state);
}
