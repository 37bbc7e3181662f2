import { Tile, type TileAttrs, type TileInputs } from '@tensorflow/tfjs-core';
import { addressOf } from '../backend.ts';
import { copyStrided, isCopyable, stridesOf } from '../strided-copy.ts';
import { trainingKernel } from '../training-kernel.ts';

/** Repeats a tensor along its axes, as broadcasting and the gradients of sums do. */
export const tile = trainingKernel<TileInputs, TileAttrs>(
  Tile,
  ({ inputs: { x }, attrs: { reps }, backend }, stock) => {
    if (!isCopyable(x)) return stock();
    const outShape = x.shape.map((length, axis) => length * reps[axis]!);
    const result = backend.makeOutput(outShape, x.dtype);
    const [own, outer] = [stridesOf(x.shape), stridesOf(outShape)];
    const isRepeated = x.shape.at(-1) === 1;
    // Each axis in two: the repetitions, which stay where they are in x, and its own length.
    const pairs = x.shape.flatMap((length, axis) => [
      { length: reps[axis]!, from: 0, to: length * outer[axis]! },
      { length, from: own[axis]!, to: outer[axis]! },
    ]);
    if (isRepeated) pairs.pop();
    copyStrided(backend, {
      from: addressOf(backend, x),
      to: addressOf(backend, result),
      shape: pairs.map(({ length }) => length),
      fromStrides: pairs.map(({ from }) => from),
      toStrides: pairs.map(({ to }) => to),
    });
    return result;
  },
);
