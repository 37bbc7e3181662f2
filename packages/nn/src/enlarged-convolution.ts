import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  concat,
  customGrad,
  pad,
  reshape,
  slice,
  stack,
  sub,
  sum,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tensor2d,
  tidy,
  unstack,
} from '@tensorflow/tfjs-core';

/** An image before its enlargement, and how many times it is enlarged in both directions. */
export interface Enlargement {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly factor: number;
}

/** `x` with what stands before and behind each pixel along an axis, minus the pixel; zeros stand outside. */
function withNeighbours(x: Tensor4D, axis: 1 | 2): Tensor[] {
  const around: [number, number][] = [0, 1, 2, 3].map((each) => (each === axis ? [1, 1] : [0, 0]));
  const padded = pad(x, around);
  const from = (start: number) => slice(padded, [0, axis === 1 ? start : 0, axis === 2 ? start : 0, 0], x.shape);
  return [x, sub(from(0), x), sub(from(2), x)];
}

/**
 * What `convolveEnlarged` needs of an image [batch, height, width, channels], once for all kernels: the image, the pixel above minus it,
 * the one below minus it, and of each the same to the left and right: [9, batch * height * width, channels].
 */
export function neighbourDifferences(x: Tensor4D): Tensor3D {
  const [batch, height, width, channels] = x.shape;
  return tidy(() => {
    const planes = withNeighbours(x, 1).flatMap((rows) => withNeighbours(rows as Tensor4D, 2));
    return reshape(stack(planes), [9, batch * height * width, channels]);
  });
}

/** Rows: all three taps on one pixel; the tap before it; the tap behind it. */
const onOnePixel = [
  [1, 1, 1],
  [1, 0, 0],
  [0, 0, 1],
];

/** [9, 9]: the kernels that belong to the nine differences, from the nine taps of a kernel. */
const tapSums = () =>
  tensor2d(
    onOnePixel.flatMap((down) =>
      onOnePixel.map((across) => down.flatMap((row) => across.map((column) => row * column))),
    ),
  );

/**
 * The convolution 3x3 with zero padding of an image enlarged `factor` times by nearest neighbour, without enlarging it: inside a block of
 * equal pixels all taps of a row fall on one pixel, at its ends one of them on the next. Along an axis, with taps a, b, c,
 *
 *     first  = (a + b + c) x + a (before - x),   inside = (a + b + c) x,   last = (a + b + c) x + c (behind - x),
 *
 * so three products give all `factor` results, nine in two dimensions: 9 / (9 factor^2) of the multiplications. Exact in real numbers.
 * `differences`: those of the small image; `kernel`: [3, 3, channels, outputs]; gives [batch, factor height, factor width, outputs].
 */
export function convolveEnlarged(differences: Tensor3D, kernel: Tensor4D, enlargement: Enlargement): Tensor4D {
  const [, , channels, outputs] = kernel.shape;
  return tidy(() => {
    const kernels = matrixProduct(tapSums(), reshape(kernel, [9, channels * outputs]));
    return layOut(matrixProduct(differences, reshape(kernels, [9, channels, outputs])), enlargement);
  });
}

/** [9, positions, outputs] products to the enlarged image. */
function layOut(products: Tensor, enlargement: Enlargement): Tensor4D {
  const place = customGrad((...given) => {
    const [products, save] = given as unknown as [Tensor, (tensors: Tensor[]) => void];
    save([]);
    return { value: placeProducts(products, enlargement), gradFunc: (dy: Tensor) => gatherProducts(dy, enlargement) };
  });
  return place(products) as Tensor4D;
}

/** The results of one axis from its three products: at the first place, inside, at the last one. */
const alongAxis = ([inside, before, behind]: Tensor[], factor: number): Tensor[] => [
  add(inside!, before!),
  ...new Array<Tensor>(factor - 2).fill(inside!),
  add(inside!, behind!),
];

function placeProducts(products: Tensor, { batch, height, width, factor }: Enlargement): Tensor {
  const [, positions, outputs] = products.shape as [number, number, number];
  const rows = unstack(reshape(products, [3, 3 * positions, outputs])).map((row) =>
    reshape(row, [3, positions, outputs]),
  );
  const inRow = (row: Tensor) =>
    reshape(concat(alongAxis(unstack(row), factor), 1), [batch * height, width * factor * outputs]);
  const [first, ...others] = alongAxis(rows, factor);
  const last = others.pop()!;
  const inside = others.length > 0 ? inRow(others[0]!) : undefined;
  const laid = [inRow(first!), ...others.map(() => inside!), inRow(last)];
  return reshape(concat(laid, 1), [batch, height * factor, width * factor, outputs]);
}

/** Of `count` results along the second axis: their sum, the first and the last one. */
function gatherAxis(x: Tensor, count: number): Tensor[] {
  const [positions, , size] = x.shape as [number, number, number];
  const at = (index: number) => reshape(slice(x, [0, index, 0], [positions, 1, size]), [positions, size]);
  return [sum(x, 1), at(0), at(count - 1)];
}

function gatherProducts(dy: Tensor, { batch, height, width, factor }: Enlargement): Tensor {
  const outputs = dy.shape[3]!;
  const positions = batch * height * width;
  const rows = gatherAxis(reshape(dy, [batch * height, factor, width * factor * outputs]), factor);
  return stack(rows.flatMap((row) => gatherAxis(reshape(row, [positions, factor, outputs]), factor)));
}
