import {
  type Conv2DAttrs,
  type Conv2DBackpropFilterAttrs,
  type Conv2DBackpropFilterInputs,
  type Conv2DBackpropInputAttrs,
  type Conv2DBackpropInputInputs,
  type Conv2DInputs,
  matMul,
  reshape,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { activeCapture } from '../compile/backend-hooks.ts';
import { type NativeKernel, nativeKernel } from './native-kernel.ts';

/** Numbers in a filter that is spread over the positions of a map: more are not worth it. */
const largestSpread = 2 ** 18;

type Shape = readonly number[];

interface Attributes {
  readonly strides: [number, number] | number;
  readonly pad: Conv2DAttrs['pad'];
  readonly dataFormat: string;
  readonly dilations?: [number, number] | number;
}

const isOne = (value: [number, number] | number = 1): boolean => [value].flat().every((each) => each === 1);

/**
 * Whether a convolution of a map [batch, height, width, ...] is worth writing as a product of matrices: XLA swaps map and filter where the map
 * is the smaller of the two, and then compiles loops of its own, which takes long and is slow.
 */
function isPlaced(map: Shape, filter: Shape, { strides, pad, dataFormat, dilations }: Attributes): boolean {
  if (!activeCapture()?.xla) return false;
  const [rows = 0, columns = 0, inputs = 0, outputs = 0] = filter;
  const [positions, taps] = [map[1]! * map[2]!, rows * columns];
  if (taps === 1 || rows % 2 === 0 || columns % 2 === 0 || positions > 2 * taps) return false;
  if (!isOne(strides) || !isOne(dilations) || pad !== 'same' || dataFormat === 'NCHW') return false;
  return positions ** 2 * inputs * outputs <= largestSpread;
}

/** 1 where the filter's value (i, j) takes the input position p to the output position q: [p q, i j]. */
function placement([, height, width]: Shape, [rows, columns]: Shape): Tensor2D {
  const positions = Array.from({ length: height! * width! }, (_, at) => [Math.floor(at / width!), at % width!]);
  const [up, left] = [(rows! - 1) / 2, (columns! - 1) / 2];
  const ones = new Float32Array(positions.length ** 2 * rows! * columns!);
  positions.forEach(([y, x], p) => {
    positions.forEach(([toY, toX], q) => {
      const [i, j] = [y! - toY! + up, x! - toX! + left];
      if (i < 0 || i >= rows! || j < 0 || j >= columns!) return;
      ones[(p * positions.length + q) * rows! * columns! + i * columns! + j] = 1;
    });
  });
  return tensor2d(ones, [positions.length ** 2, rows! * columns!]);
}

const perSample = (x: Tensor): Tensor2D => reshape(x, [x.shape[0]!, x.shape[1]! * x.shape[2]! * x.shape[3]!]);

/** The filter [rows, columns, inputs, outputs] as a matrix [positions inputs, positions outputs] between whole maps. */
function spread(filter: Tensor, map: Shape): Tensor2D {
  const [rows, columns, inputs, outputs] = filter.shape as [number, number, number, number];
  const positions = map[1]! * map[2]!;
  const placed = matMul(placement(map, filter.shape), reshape(filter, [rows * columns, inputs * outputs]) as Tensor2D);
  const byChannel = transpose(reshape(placed, [positions, positions, inputs, outputs]), [0, 2, 1, 3]);
  return reshape(byChannel, [positions * inputs, positions * outputs]);
}

/** y = x * filter */
const convolution = nativeKernel<Conv2DInputs, Conv2DAttrs>('Conv2D', ({ inputs: { x, filter }, attrs }, stock) => {
  if (!isPlaced(x.shape, filter.shape, attrs)) return stock();
  return tidy(() => reshape(matMul(perSample(x), spread(filter, x.shape)), [...x.shape.slice(0, 3), filter.shape[3]!]));
});

/** dx = dy * filter, turned and transposed */
const inputGradient = nativeKernel<Conv2DBackpropInputInputs, Conv2DBackpropInputAttrs>(
  'Conv2DBackpropInput',
  ({ inputs: { dy, filter }, attrs }, stock) => {
    if (!isPlaced(dy.shape, filter.shape, attrs)) return stock();
    return tidy(() => reshape(matMul(perSample(dy), spread(filter, dy.shape), false, true), attrs.inputShape));
  },
);

/** The gradient of the matrix between whole maps, gathered where the filter was spread. */
const filterGradient = nativeKernel<Conv2DBackpropFilterInputs, Conv2DBackpropFilterAttrs>(
  'Conv2DBackpropFilter',
  ({ inputs: { x, dy }, attrs }, stock) => {
    const { filterShape } = attrs;
    if (!isPlaced(x.shape, filterShape, attrs)) return stock();
    const [, , inputs, outputs] = filterShape;
    const positions = x.shape[1]! * x.shape[2]!;
    return tidy(() => {
      const whole = reshape(matMul(perSample(x), perSample(dy), true), [positions, inputs, positions, outputs]);
      const byTap = reshape(transpose(whole, [0, 2, 1, 3]), [positions ** 2, inputs * outputs]) as Tensor2D;
      return reshape(matMul(placement(x.shape, filterShape), byTap, true), filterShape);
    });
  },
);

/**
 * Convolutions of small maps, within what XLA compiles, as products of matrices: a map of n positions has n^2 pairs of them, and the
 * filter's value for each pair is known. Products go to a library that is there already; convolutions of such maps XLA writes itself.
 */
export const placedConvolutions: readonly NativeKernel[] = [convolution, inputGradient, filterGradient];
