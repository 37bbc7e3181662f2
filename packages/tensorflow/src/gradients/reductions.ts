import { div, type NamedAttrMap, reshape, sum, type Tensor, util } from '@tensorflow/tfjs-core';
import { type FastGradient, runKernel } from './fast-gradient.ts';

const axesOf = (x: Tensor, { axis }: NamedAttrMap): number[] =>
  util.parseAxisParam(axis as unknown as number[], x.shape);

/** dy, spread over what was reduced, without ones made on the host. */
function spread(dy: Tensor, x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  return runKernel('BroadcastTo', { x: reshape(dy, kept) }, { shape: x.shape });
}

const total: FastGradient = {
  kernelName: 'Sum',
  requires: 'BroadcastTo',
  gradients: (dy, [x], attributes) => ({ x: () => spread(dy, x!, axesOf(x!, attributes)) }),
};

const mean: FastGradient = {
  kernelName: 'Mean',
  requires: 'BroadcastTo',
  gradients: (dy, [x], attributes) => {
    const axes = axesOf(x!, attributes);
    const count = axes.reduce((product, axis) => product * x!.shape[axis]!, 1);
    return { x: () => spread(div(dy, count), x!, axes) };
  },
};

/** The sum over the copies, axis by axis, in place of one slice and one addition for each copy. */
const tile: FastGradient = {
  kernelName: 'Tile',
  requires: 'BroadcastTo',
  gradients: (dy, [x], attributes) => ({
    x: () => {
      const repetitions = attributes.reps as unknown as number[];
      const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
      const shape = [...dy.shape];
      let total = dy;
      for (const [axis, length] of x!.shape.entries()) {
        if (repetitions[axis] === 1) continue;
        shape[axis] = length;
        const parts = [size(shape.slice(0, axis)), repetitions[axis]!, size(shape.slice(axis))];
        total = sum(reshape(total, parts), 1);
      }
      return reshape(total, x!.shape);
    },
  }),
};

export const reductionGradients: readonly FastGradient[] = [mean, tile, total];
