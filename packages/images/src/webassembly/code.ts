/** WebAssembly instructions as bytes. Operands come before their instruction, as a stack machine wants them. */
export type Code = readonly number[];

/** LEB128 of a whole number of at least 0. */
export function unsigned(value: number): Code {
  const rest = Math.floor(value / 128);
  return rest === 0 ? [value] : [(value % 128) | 128, ...unsigned(rest)];
}

/** LEB128 of a signed number of 32 bits. */
function signed(value: number): Code {
  const low = value & 127;
  const rest = value >> 7;
  return (rest === 0 && low < 64) || (rest === -1 && low >= 64) ? [low] : [low | 128, ...signed(rest)];
}

/** A parameter of a function, or a variable that starts at 0. */
export class Local {
  readonly #index: Code;

  constructor(index: number) {
    this.#index = unsigned(index);
  }

  get value(): Code {
    return [0x20, ...this.#index];
  }

  becomes(value: Code): Code {
    return [...value, 0x21, ...this.#index];
  }
}

/** Does `body`, again and again as long as `condition` is not 0 afterwards. */
export const repeat = (body: readonly Code[], condition: Code): Code => [
  ...[0x03, 0x40],
  ...body.flat(),
  ...condition,
  ...[0x0d, 0, 0x0b],
];

const two = (opcode: Code) => (a: Code, b: Code) => [...a, ...b, ...opcode];
const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];
// Addresses may be aligned or not: claiming no alignment costs nothing.
const load =
  (opcode: Code) =>
  (address: Code, offset = 0): Code => [...address, ...opcode, 0, ...unsigned(offset)];
const store =
  (opcode: Code) =>
  (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...opcode, 0, ...unsigned(offset)];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: two([0x6a]),
  /** 1 where a < b, both unsigned. */
  below: two([0x49]),
  load: load([0x28]),
};

export const f64 = {
  constant: (value: number): Code => [0x44, ...new Uint8Array(Float64Array.of(value).buffer)],
};

/** 128 bits, whatever they hold. */
export const v128 = {
  load: load(simd(0x00)),
  store: store(simd(0x0b)),
  and: two(simd(0x4e)),
};

/** Two numbers of 64 bits; each is computed as JavaScript computes its numbers. */
export const f64x2 = {
  splat: (a: Code): Code => [...a, ...simd(0x14)],
  /** One number from memory, twice. */
  loadSplat: load(simd(0x0a)),
  add: two(simd(0xf0)),
  subtract: two(simd(0xf1)),
  multiply: two(simd(0xf2)),
  divide: two(simd(0xf3)),
  floor: (a: Code): Code => [...a, ...simd(0x75)],
  /** The nearest whole number, the even one of two. */
  nearest: (a: Code): Code => [...a, ...simd(0x94)],
  /** All bits where a >= b, none elsewhere. */
  atLeast: two(simd(0x4c)),
  /** b < a ? b : a */
  least: two(simd(0xf6)),
  /** a < b ? b : a */
  most: two(simd(0xf7)),
};
