import {
  type Code,
  call,
  type FunctionSource,
  f32x4,
  get,
  i32,
  set,
  type ValueType,
  when,
  whileLoop,
} from './assembler.ts';

/** What every function here takes, in this order; strides in bytes. */
export const contractionParameters = [
  ...['a', 'b', 'c', 'rows', 'columns', 'aRow', 'cRow', 'bPanel'],
  ...['count0', 'count1', 'count2', 'a0', 'a1', 'a2', 'b0', 'b1', 'b2', 'accumulate'],
] as const;

const place = (name: string): number => contractionParameters.indexOf(name as (typeof contractionParameters)[number]);
const value = (name: string): Code => get(place(name));
const firstLocal = contractionParameters.length;
const increase = (local: number, by: Code): Code => set(local, i32.add(get(local), by));
const range = (length: number): number[] => Array.from({ length }, (_, index) => index);

/** A tile of the output that fits in registers: rows, and vectors of four columns. */
interface Tile {
  readonly rows: number;
  readonly vectors: number;
}

/** Sixteen numbers of each operand per round at most; the narrow ones take what the wide ones leave. */
const tiles: readonly Tile[] = [2, 1].flatMap((vectors) => [4, 2, 1].map((rows) => ({ rows, vectors })));

/** One tile: accumulators in registers, three nested loops over the contracted index. */
function tileFunction({ rows, vectors }: Tile): FunctionSource {
  const locals: ValueType[] = [];
  const local = (type: ValueType): number => firstLocal + locals.push(type) - 1;
  const rowRange = range(rows);
  const vectorRange = range(vectors);
  const aAt = rowRange.map(() => local('i32'));
  const cAt = rowRange.map(() => local('i32'));
  const bAt = local('i32');
  const counters = range(3).map(() => local('i32'));
  const aStep = range(2).map(() => local('i32'));
  const bStep = range(2).map(() => local('i32'));
  const aValue = local('v128');
  const bValues = vectorRange.map(() => local('v128'));
  const sums = rowRange.map(() => vectorRange.map(() => local('v128')));
  const eachSum = (code: (sum: number, at: number, offset: number) => Code): Code =>
    rowRange.flatMap((row) => vectorRange.flatMap((part) => code(sums[row]![part]!, cAt[row]!, 16 * part)));

  const multiplyAdd = [
    ...vectorRange.flatMap((part) => set(bValues[part]!, f32x4.load(get(bAt), 16 * part))),
    ...rowRange.flatMap((row) => [
      ...set(aValue, f32x4.loadSplat(get(aAt[row]!))),
      ...vectorRange.flatMap((part) => {
        const sum = sums[row]![part]!;
        return set(sum, f32x4.add(get(sum), f32x4.multiply(get(aValue), get(bValues[part]!))));
      }),
    ]),
  ];
  const advance = (aBy: Code, bBy: Code): Code => [...aAt.flatMap((at) => increase(at, aBy)), ...increase(bAt, bBy)];
  const repeat = (level: number, body: Code): Code => [
    ...set(counters[level]!, value(`count${level}`)),
    ...whileLoop(get(counters[level]!), body, increase(counters[level]!, i32.constant(-1))),
  ];
  /** From the end of the loop inside back to its start and one step on. */
  const outerStep = (operand: string, level: number): Code =>
    i32.subtract(value(`${operand}${level + 1}`), i32.multiply(value(`count${level}`), value(`${operand}${level}`)));
  const storeLanes = eachSum((sum, at) =>
    range(3).flatMap((lane) =>
      when(i32.atLeast(value('columns'), i32.constant(lane + 1)), f32x4.storeLane(get(at), get(sum), lane, 4 * lane)),
    ),
  );
  const store = eachSum((sum, at, offset) => f32x4.store(get(at), get(sum), offset));
  const isWhole = i32.atLeast(value('columns'), i32.constant(4));
  const body = [
    ...rowRange.flatMap((row) => [
      ...set(aAt[row]!, i32.add(value('a'), i32.multiply(value('aRow'), i32.constant(row)))),
      ...set(cAt[row]!, i32.add(value('c'), i32.multiply(value('cRow'), i32.constant(row)))),
    ]),
    ...set(bAt, value('b')),
    ...range(2).flatMap((level) => [
      ...set(aStep[level]!, outerStep('a', level)),
      ...set(bStep[level]!, outerStep('b', level)),
    ]),
    ...when(
      value('accumulate'),
      eachSum((sum, at, offset) => set(sum, f32x4.load(get(at), offset))),
    ),
    ...repeat(2, [
      ...repeat(1, [
        ...repeat(0, [...multiplyAdd, ...advance(value('a0'), value('b0'))]),
        ...advance(get(aStep[0]!), get(bStep[0]!)),
      ]),
      ...advance(get(aStep[1]!), get(bStep[1]!)),
    ]),
    ...(vectors > 1 ? store : [...when(isWhole, store), ...when(i32.isZero(isWhole), storeLanes)]),
  ];
  return { name: `tile${rows}x${4 * vectors}`, parameters: firstLocal, locals, body };
}

/** Walks over the tiles of an output of any size. */
function contractFunction(): FunctionSource {
  const names = ['b', 'c', 'columns', 'a', 'cTile', 'rows'];
  const local = (name: string): number => firstLocal + names.indexOf(name);
  const argument: Record<string, number> = {
    a: local('a'),
    b: local('b'),
    c: local('cTile'),
    columns: local('columns'),
  };
  const callTile = (index: number): Code =>
    call(index, ...contractionParameters.map((name) => get(argument[name] ?? place(name))));
  const body = [
    ...['b', 'c', 'columns'].flatMap((name) => set(local(name), value(name))),
    ...[2, 1].flatMap((vectors) =>
      whileLoop(
        i32.atLeast(get(local('columns')), i32.constant(vectors === 1 ? 1 : 4 * vectors)),
        set(local('a'), value('a')),
        set(local('cTile'), get(local('c'))),
        set(local('rows'), value('rows')),
        ...tiles.flatMap((tile, index) => {
          if (tile.vectors !== vectors) return [];
          const rows = i32.constant(tile.rows);
          return [
            whileLoop(
              i32.atLeast(get(local('rows')), rows),
              callTile(index),
              increase(local('a'), i32.multiply(value('aRow'), rows)),
              increase(local('cTile'), i32.multiply(value('cRow'), rows)),
              increase(local('rows'), i32.constant(-tile.rows)),
            ),
          ];
        }),
        increase(local('b'), vectors === 2 ? value('bPanel') : i32.constant(16)),
        increase(local('c'), i32.constant(16 * vectors)),
        increase(local('columns'), i32.constant(-4 * vectors)),
      ),
    ),
  ];
  return { name: 'contract', parameters: firstLocal, locals: names.map(() => 'i32'), body };
}

/**
 * Functions of c[i, j] (+)= sum over k of a[i, k] b[k, j] in float32, where k runs over three nested counts. The last,
 * `contract`, takes any number of rows i and columns j; columns of c are contiguous, and those of b by eight. Up to three
 * numbers past the end of b and c are read, never used.
 */
export const contractionFunctions = (): FunctionSource[] => [...tiles.map(tileFunction), contractFunction()];
