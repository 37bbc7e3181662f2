import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  exp,
  expandDims,
  log,
  mul,
  reshape,
  split,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { choleskyFactor } from '../cholesky.ts';
import type { CouplingNetwork } from '../coupling-network.ts';
import { sumPerSample } from '../per-sample.ts';
import { requireNetwork } from '../require-network.ts';
import type { Shape } from '../shape.ts';
import { standardNormalLogDensity } from '../standard-normal.ts';
import { identityMatrix, invertLowerTriangular, strictlyLowerMask } from '../triangular.ts';
import { type Base, defineBase } from './base.ts';

/** How far A = 0, a saddle point of I + A A^T, is stepped aside. */
const aside = 0.1;

/** `fullCovarianceNormal` with mean and covariance of every position from a context. */
export function conditionalNormal(shape: Shape, form: 'cholesky' | 'identityPlus', network: CouplingNetwork): Base {
  const kind = `conditional fullCovarianceNormal(${form})`;
  const size = shape[shape.length - 1];
  const { contextChannels } = network;
  const numbers = form === 'cholesky' ? size * (2 + size) : size * (1 + size);
  requireNetwork(kind, network, { inputChannels: 0, contextChannels, outputChannels: numbers });
  const matrices = (flat: Tensor) => reshape(flat, [-1, size, size]) as Tensor3D;

  /** mean [batch, ..., size], and of every position the lower factor [positions, size, size] and its diagonal's logarithm. */
  const moments = (context?: Tensor) => {
    const output = network.apply(undefined, context);
    if (form === 'cholesky') {
      const [mean, logDiagonal, raw] = split(output, [size, size, size * size], -1);
      const below = mul(matrices(raw), strictlyLowerMask(size));
      const diagonal = mul(identityMatrix(size), expandDims(exp(reshape(logDiagonal, [-1, size])), 2));
      return { mean, logDiagonal, lower: add(below, diagonal) as Tensor3D };
    }
    const [mean, raw] = split(output, [size, size * size], -1);
    const a = add(matrices(raw), mul(identityMatrix(size), aside)) as Tensor3D;
    const lower = choleskyFactor(add(identityMatrix(size), matrixProduct(a, a, { transposeB: true })) as Tensor3D);
    const logDiagonal = reshape(log(sum(mul(lower, identityMatrix(size)), 2)), mean.shape);
    return { mean, logDiagonal, lower };
  };
  const times = (factors: Tensor3D, vectors: Tensor) =>
    reshape(matrixProduct(factors, reshape(vectors, [-1, size, 1])), vectors.shape);
  return defineBase({
    kind,
    parameters: network.parameters,
    shape,
    noiseShape: shape,
    logProb(x, context) {
      const { mean, logDiagonal, lower } = moments(context);
      const white = times(invertLowerTriangular(lower), sub(x, mean));
      return sub(standardNormalLogDensity(white), sumPerSample(logDiagonal)) as Tensor1D;
    },
    fromNoise(noise, { temperature = 1, context } = {}) {
      const { mean, lower } = moments(context);
      return add(mean, times(lower, mul(noise, temperature)));
    },
  });
}
