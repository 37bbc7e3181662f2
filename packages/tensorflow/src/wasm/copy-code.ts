import { type FunctionSource, f32x4, get, i32, set, whileLoop } from './assembler.ts';

const [from, to, rows, bytes, fromRow, toRow, source, target, left] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const increase = (local: number, by: number) => set(local, i32.add(get(local), i32.constant(by)));
const advance = (step: number) => [...increase(source, step), ...increase(target, step), ...increase(left, -step)];
const atLeast = (count: number) => i32.atLeast(get(left), i32.constant(count));

/** `copyRows(from, to, rows, bytes, fromRow, toRow)`: rows of `bytes`, a multiple of four, from one place to another. */
export const copyRowsFunction: FunctionSource = {
  name: 'copyRows',
  parameters: 6,
  locals: ['i32', 'i32', 'i32'],
  body: whileLoop(
    get(rows),
    set(source, get(from)),
    set(target, get(to)),
    set(left, get(bytes)),
    whileLoop(atLeast(16), f32x4.store(get(target), f32x4.load(get(source))), advance(16)),
    whileLoop(atLeast(4), i32.store(get(target), i32.load(get(source))), advance(4)),
    set(from, i32.add(get(from), get(fromRow))),
    set(to, i32.add(get(to), get(toRow))),
    increase(rows, -1),
  ),
};
