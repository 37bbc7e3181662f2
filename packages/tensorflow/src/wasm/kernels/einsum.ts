import {
  backend_util,
  Einsum,
  type EinsumAttrs,
  matMul,
  reshape,
  sum,
  type Tensor,
  tidy,
  transpose,
  util,
} from '@tensorflow/tfjs-core';
import { trainingKernel } from '../training-kernel.ts';

/** A tensor and the numbers of its axes in the equation, of which the output has the lowest, in order. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: readonly number[];
}

/** Sums of products of one or two tensors in Einstein's notation, as a product of matrices. */
export const einsum = trainingKernel<Tensor[], EinsumAttrs>(Einsum, ({ inputs, attrs: { equation } }) => {
  const { allDims, summedDims, idDims } = backend_util.decodeEinsumEquation(equation, inputs.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, inputs);
  const isOutput = (label: number): boolean => label < allDims.length - summedDims.length;
  return tidy(() => {
    const operands = inputs.map((tensor, index): Labelled => {
      const labels = idDims[index]!;
      const others = idDims.flatMap((other, place) => (place === index ? [] : other));
      return sumOut({ tensor, labels }, (label) => !isOutput(label) && !others.includes(label));
    });
    const [a, b] = operands as [Labelled, Labelled?];
    const product = b ? multiply(a, b, isOutput) : a;
    return arrange(
      product,
      [...product.labels].sort((left, right) => left - right),
    ).clone();
  });
});

function sumOut({ tensor, labels }: Labelled, isGone: (label: number) => boolean): Labelled {
  const axes = labels.flatMap((label, axis) => (isGone(label) ? [axis] : []));
  if (axes.length === 0) return { tensor, labels };
  return { tensor: sum(tensor, axes), labels: labels.filter((label) => !isGone(label)) };
}

/** The product over the labels that both have: kept apart if they are in the output, summed over if not. */
function multiply(a: Labelled, b: Labelled, isOutput: (label: number) => boolean): Labelled {
  const both = a.labels.filter((label) => b.labels.includes(label));
  const batch = both.filter(isOutput);
  const inner = both.filter((label) => !isOutput(label));
  const aOnly = a.labels.filter((label) => !both.includes(label));
  const bOnly = b.labels.filter((label) => !both.includes(label));
  const sizes = new Map([...a.labels.map((label, axis) => [label, a.tensor.shape[axis]!] as const)]);
  b.labels.forEach((label, axis) => void sizes.set(label, b.tensor.shape[axis]!));
  const lengths = (labels: readonly number[]): number[] => labels.map((label) => sizes.get(label)!);
  const [batches, rows, inners, columns] = [batch, aOnly, inner, bOnly].map((labels) =>
    util.sizeFromShape(lengths(labels)),
  );
  const left = reshape(arrange(a, [...batch, ...aOnly, ...inner]), [batches!, rows!, inners!]);
  const right = reshape(arrange(b, [...batch, ...inner, ...bOnly]), [batches!, inners!, columns!]);
  const labels = [...batch, ...aOnly, ...bOnly];
  return { tensor: reshape(matMul(left, right), lengths(labels)), labels };
}

const arrange = ({ tensor, labels }: Labelled, order: readonly number[]): Tensor =>
  transpose(
    tensor,
    order.map((label) => labels.indexOf(label)),
  );
