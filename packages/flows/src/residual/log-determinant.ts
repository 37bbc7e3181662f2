import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  div,
  log,
  mean,
  mul,
  reshape,
  slice,
  stack,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor3D,
  tensor2d,
  tile,
  unstack,
} from '@tensorflow/tfjs-core';
import { sumPerSample } from '../per-sample.ts';
import { identityMatrix } from '../triangular.ts';

type Push = (v: Tensor) => Tensor;

/** Random probes and the weights of the terms of the power series; see `residualBlock`. */
export interface TraceNoise {
  /** [draws, batch, ...shape] of mean 0 and covariance I. */
  readonly probes: Tensor;
  /** [terms] (-1)^(k+1) / (k P(terms >= k)) for k = 1, 2, ... */
  readonly weights: Tensor;
}

/** ln det of each matrix of [batch, size, size] whose symmetric part is positive definite, so that elimination needs no pivoting. */
function eliminated(matrices: Tensor3D): Tensor1D {
  const [batch, size] = matrices.shape;
  const logs: Tensor[] = [];
  let rest: Tensor3D = matrices;
  for (let left = size; left > 0; left--) {
    const pivot = slice(rest, [0, 0, 0], [batch, 1, 1]);
    logs.push(log(reshape(pivot, [batch])));
    if (left === 1) break;
    const column = div(slice(rest, [0, 1, 0], [batch, left - 1, 1]), pivot) as Tensor3D;
    const row = slice(rest, [0, 0, 1], [batch, 1, left - 1]);
    rest = sub(slice(rest, [0, 1, 1], [batch, left - 1, left - 1]), matrixProduct(column, row)) as Tensor3D;
  }
  return sum(stack(logs), 0) as Tensor1D;
}

/** ln det(I + J), exactly: from all columns of J and elimination. */
export function exactLogDeterminant(push: Push, like: Tensor): Tensor1D {
  const [batch, ...shape] = like.shape;
  const size = like.size / batch;
  const columns = Array.from({ length: size }, (_, at) => {
    const direction = tensor2d([Array.from({ length: size }, (_, i) => (i === at ? 1 : 0))]);
    return reshape(push(reshape(tile(direction, [batch, 1]), [batch, ...shape])), [batch, size]);
  });
  return eliminated(add(stack(columns, 2), identityMatrix(size)) as Tensor3D);
}

/** The estimate sum_k weights_k v^T J^k v of ln det(I + J), averaged over the probes v. */
export function estimatedLogDeterminant(push: Push, { probes, weights }: TraceNoise): Tensor1D {
  const estimates = unstack(probes).map((probe) => {
    let moved: Tensor = probe;
    const traces = Array.from({ length: weights.size }, () => {
      moved = push(moved);
      return sumPerSample(mul(moved, probe));
    });
    return reshape(matrixProduct(reshape(weights, [1, -1]), stack(traces)), [-1]);
  });
  return mean(stack(estimates), 0) as Tensor1D;
}
