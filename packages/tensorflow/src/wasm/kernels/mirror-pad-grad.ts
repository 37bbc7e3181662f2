import type { MirrorPadAttrs, TensorInfo } from '@tensorflow/tfjs-core';
import { floatsOf } from '../backend.ts';
import { stridesOf } from '../strided-copy.ts';
import { trainingKernel } from '../training-kernel.ts';

/** The exact gradient of mirror padding: each number of dy is added to the place that its output was copied from. */
export const mirrorPadGrad = trainingKernel<{ dy: TensorInfo }, MirrorPadAttrs>(
  'MirrorPadGrad',
  ({ inputs: { dy }, attrs: { paddings, mode }, backend }) => {
    const shape = dy.shape.map((length, axis) => length - paddings[axis]![0] - paddings[axis]![1]);
    const result = backend.makeOutput(shape, 'float32');
    const [dys, dx] = [floatsOf(backend, dy), floatsOf(backend, result).fill(0)];
    const strides = stridesOf(shape);
    const sources = dy.shape.map((length, axis) => {
      const from = (output: number): number => mirrored(output - paddings[axis]![0], shape[axis]!, mode);
      return Array.from({ length }, (_, output) => strides[axis]! * from(output));
    });
    let output = 0;
    const walk = (axis: number, place: number): void => {
      for (const source of sources[axis]!) {
        if (axis + 1 < sources.length) walk(axis + 1, place + source);
        else dx[place + source]! += dys[output++]!;
      }
    };
    walk(0, 0);
    return result;
  },
);

/** The place inside of 0..length - 1 that a place outside of it shows; `symmetric` repeats the border. */
function mirrored(place: number, length: number, mode: MirrorPadAttrs['mode']): number {
  const shift = mode === 'symmetric' ? 1 : 0;
  if (place < 0) return -place - shift;
  return place < length ? place : 2 * (length - 1) - place + shift;
}
