import {
  UnsortedSegmentSum,
  type UnsortedSegmentSumAttrs,
  type UnsortedSegmentSumInputs,
  util,
} from '@tensorflow/tfjs-core';
import { floatsOf, integersOf } from '../backend.ts';
import { trainingKernel } from '../training-kernel.ts';

/** sums[s, ...] = sum over those i with ids[i] = s of x[i, ...]; ids outside of 0..numSegments - 1 are left out. */
export const unsortedSegmentSum = trainingKernel<UnsortedSegmentSumInputs, UnsortedSegmentSumAttrs>(
  UnsortedSegmentSum,
  ({ inputs: { x, segmentIds }, attrs: { numSegments }, backend }) => {
    const sliceShape = x.shape.slice(segmentIds.shape.length);
    const length = util.sizeFromShape(sliceShape);
    const result = backend.makeOutput([numSegments, ...sliceShape], x.dtype);
    const numbersOf = x.dtype === 'int32' ? integersOf : floatsOf;
    const [values, sums, ids] = [numbersOf(backend, x), numbersOf(backend, result), integersOf(backend, segmentIds)];
    sums.fill(0);
    ids.forEach((id, place) => {
      if (id < 0 || id >= numSegments) return;
      const [from, to] = [place * length, id * length];
      for (let index = 0; index < length; index++) sums[to + index]! += values[from + index]!;
    });
    return result;
  },
);
