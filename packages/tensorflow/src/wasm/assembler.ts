/** Bytes of WebAssembly code that leave their value, if any, on the stack. */
export type Code = readonly number[];

/** The value types that our kernels use. */
export type ValueType = 'i32' | 'v128';

/** A WebAssembly function of i32 parameters and no result. */
export interface FunctionSource {
  name: string;
  parameters: number;
  locals: readonly ValueType[];
  body: Code;
}

const typeCode: Record<ValueType, number> = { i32: 0x7f, v128: 0x7b };
const simdPrefix = 0xfd;
const voidBlock = 0x40;
const maximumPages = 65536;

function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
    if (rest === 0) return bytes;
  }
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const vector = (items: readonly Code[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): number[] => [id, ...unsigned(content.length), ...content];
const text = (value: string): number[] => vector([...new TextEncoder().encode(value)].map((byte) => [byte]));
/** A f32 constant. */
const float = (value: number): number[] => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)];
const simd = (opcode: number): number[] => [simdPrefix, ...unsigned(opcode)];
const address = (alignment: number, offset: number): number[] => [alignment, ...unsigned(offset)];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const call = (index: number, ...values: readonly Code[]): Code => [...values.flat(), 0x10, ...unsigned(index)];

/** Runs `body` as long as `condition`, looked at before each round, is not zero. */
export const whileLoop = (condition: Code, ...body: readonly Code[]): Code => [
  ...[0x02, voidBlock, 0x03, voidBlock],
  ...[...condition, 0x45, 0x0d, 1],
  ...body.flat(),
  ...[0x0c, 0, 0x0b, 0x0b],
];

/** Runs `body` if `condition` is not zero. */
export const when = (condition: Code, ...body: readonly Code[]): Code => [
  ...condition,
  ...[0x04, voidBlock],
  ...body.flat(),
  0x0b,
];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
  subtract: (a: Code, b: Code): Code => [...a, ...b, 0x6b],
  multiply: (a: Code, b: Code): Code => [...a, ...b, 0x6c],
  /** Whether a >= b, both with a sign. */
  atLeast: (a: Code, b: Code): Code => [...a, ...b, 0x4e],
  isZero: (a: Code): Code => [...a, 0x45],
  load: (at: Code, offset = 0): Code => [...at, 0x28, ...address(2, offset)],
  store: (at: Code, value: Code, offset = 0): Code => [...at, ...value, 0x36, ...address(2, offset)],
};

export const f32x4 = {
  zero: [...simd(0x0c), ...new Array<number>(16).fill(0)] as Code,
  load: (at: Code, offset = 0): Code => [...at, ...simd(0x00), ...address(2, offset)],
  /** One number from memory in all four lanes. */
  loadSplat: (at: Code, offset = 0): Code => [...at, ...simd(0x09), ...address(2, offset)],
  store: (at: Code, value: Code, offset = 0): Code => [...at, ...value, ...simd(0x0b), ...address(2, offset)],
  /** Stores one of the four lanes. */
  storeLane: (at: Code, value: Code, lane: number, offset = 0): Code => [
    ...[...at, ...value],
    ...[...simd(0x5a), ...address(2, offset), lane],
  ],
  /** The same constant in all four lanes. */
  constant: (value: number): Code => [...float(value), ...simd(0x13)],
  /** The number whose bits an i32 is, in all four lanes. */
  fromBits: (bits: Code): Code => [...bits, 0xbe, ...simd(0x13)],
  add: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe4)],
  subtract: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe5)],
  multiply: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe6)],
  divide: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xe7)],
  /** b where it is less than a, else a, also if that is NaN. */
  minimum: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xea)],
  /** b where a is less, else a, also if that is NaN. */
  maximum: (a: Code, b: Code): Code => [...a, ...b, ...simd(0xeb)],
  absolute: (a: Code): Code => [...a, ...simd(0xe0)],
  negative: (a: Code): Code => [...a, ...simd(0xe1)],
  nearest: (a: Code): Code => [...a, ...simd(0x6a)],
  /** All bits of a lane where a > b, none elsewhere. */
  greater: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x44)],
  and: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x4e)],
  or: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x50)],
  /** a where the mask has bits, b elsewhere. */
  select: (mask: Code, a: Code, b: Code): Code => [...a, ...b, ...mask, ...simd(0x52)],
  /** 2^n for whole numbers n from -127 to 127; 2^-127 counts as 0. */
  powerOfTwo: (n: Code): Code => [
    ...[...n, ...simd(0xf8)],
    ...[...i32.constant(127), ...simd(0x11), ...simd(0xae)],
    ...[...i32.constant(23), ...simd(0xab)],
  ],
};

/**
 * A WebAssembly module of these functions, each exported under its name, on the memory imported as `env.memory`, which
 * `shared` says to be one for several threads. Functions call each other by their place in the list.
 */
export function assemble(functions: readonly FunctionSource[], shared: boolean): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...vector(new Array<Code>(parameters).fill([typeCode.i32])),
    0,
  ]);
  const limits = shared ? [0x03, 0, ...unsigned(maximumPages)] : [0x00, 0];
  const importMemory = [...text('env'), ...text('memory'), 0x02, ...limits];
  const bodies = functions.map(({ locals, body }) => {
    const code = [...vector(locals.map((type) => [1, typeCode[type]])), ...body, 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector([importMemory])),
    ...section(3, vector(functions.map((_, index) => unsigned(index)))),
    ...section(7, vector(functions.map(({ name }, index) => [...text(name), 0x00, ...unsigned(index)]))),
    ...section(10, vector(bodies)),
  ]);
}
