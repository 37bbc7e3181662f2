import type { TensorInfo } from '@tensorflow/tfjs-core';
import { addressOf, type WasmBackend } from './backend.ts';
import { machineCodeOn } from './machine-code.ts';

/** A box of numbers of four bytes in two places: addresses in bytes, strides in numbers, one for each axis of `shape`. */
export interface StridedCopy {
  readonly from: number;
  readonly to: number;
  readonly shape: readonly number[];
  /** 0 repeats what lies at the start of the axis. */
  readonly fromStrides: readonly number[];
  readonly toStrides: readonly number[];
}

interface Axis {
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** Copies the box. */
export function copyStrided(backend: WasmBackend, { from, to, shape, fromStrides, toStrides }: StridedCopy): void {
  if (shape.includes(0)) return;
  const axes = joinAxes(shape.map((length, axis) => ({ length, from: fromStrides[axis]!, to: toStrides[axis]! })));
  const inmost = axes.at(-1);
  const run = inmost && inmost.to === 1 && inmost.from <= 1 ? axes.pop()! : { length: 1, from: 1, to: 1 };
  const rows = axes.pop() ?? { length: 1, from: 0, to: 0 };
  const { copyRows } = machineCodeOn(backend);
  const heap = backend.wasm.HEAPF32;
  const copyPlane = (source: number, target: number): void => {
    if (run.from === 1) copyRows(source, target, rows.length, 4 * run.length, 4 * rows.from, 4 * rows.to);
    else {
      for (let row = 0; row < rows.length; row++) {
        const start = target / 4 + row * rows.to;
        heap.fill(heap[source / 4 + row * rows.from]!, start, start + run.length);
      }
    }
  };
  const walk = (axis: number, source: number, target: number): void => {
    const outer = axes[axis];
    if (outer) {
      for (let index = 0; index < outer.length; index++) {
        walk(axis + 1, source + 4 * index * outer.from, target + 4 * index * outer.to);
      }
    } else copyPlane(source, target);
  };
  walk(0, from, to);
}

/** Leaves out axes of length one and makes one of neighbours that one stride serves. */
function joinAxes(axes: readonly Axis[]): Axis[] {
  const joined: Axis[] = [];
  for (const axis of axes.filter(({ length }) => length > 1)) {
    const outer = joined.at(-1);
    if (outer && outer.from === axis.from * axis.length && outer.to === axis.to * axis.length) {
      joined.pop();
      joined.push({ ...axis, length: outer.length * axis.length });
    } else joined.push(axis);
  }
  return joined;
}

/** From one number to the next along each axis of a tensor. */
export const stridesOf = (shape: readonly number[]): number[] =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((size, length) => size * length, 1));

/** Whether the numbers of a tensor have the four bytes each that copies here take. */
export const isCopyable = ({ dtype }: TensorInfo): boolean => dtype === 'float32' || dtype === 'int32';

/** A new tensor of the box of `size` that begins at `begin` in `x`. */
export function copyBox(backend: WasmBackend, x: TensorInfo, begin: readonly number[], size: number[]): TensorInfo {
  const strides = stridesOf(x.shape);
  const result = backend.makeOutput(size, x.dtype);
  copyStrided(backend, {
    from: addressOf(backend, x) + 4 * placeOf(begin, strides),
    to: addressOf(backend, result),
    shape: size,
    fromStrides: strides,
    toStrides: stridesOf(size),
  });
  return result;
}

/** Writes `x` into `result` as the box that begins at `begin`. */
export function placeBox(backend: WasmBackend, x: TensorInfo, result: TensorInfo, begin: readonly number[]): void {
  const strides = stridesOf(result.shape);
  copyStrided(backend, {
    from: addressOf(backend, x),
    to: addressOf(backend, result) + 4 * placeOf(begin, strides),
    shape: x.shape,
    fromStrides: stridesOf(x.shape),
    toStrides: strides,
  });
}

const placeOf = (index: readonly number[], strides: readonly number[]): number =>
  index.reduce((place, at, axis) => place + at * strides[axis]!, 0);
