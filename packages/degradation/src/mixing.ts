import { actNorm, type Context, type FlowLayer, invertibleConv1x1 } from '@deflow/flows';
import type { Random } from '@deflow/images';
import { matrixProduct } from '@deflow/images/tensors';
import {
  add,
  exp,
  expandDims,
  eye,
  fill,
  mul,
  neg,
  reshape,
  slice,
  sub,
  sum,
  Tensor,
  type Tensor1D,
  type Variable,
} from '@tensorflow/tfjs-core';
import type { StepConfig } from './config.ts';
import { tidied } from './tidied.ts';

export interface MixingOptions {
  readonly channels: number;
  readonly start: StepConfig['mixing'];
  readonly random: Random;
}

export interface Mixing extends FlowLayer {
  /** What `inverse` computes from the parameters alone, as its context: once for any number of calls. */
  prepareInverse(): Context;
}

/** What `prepareInverse` gives. */
type InverseMap = { readonly inverse: Tensor; readonly logDet: Tensor1D };

/** Layers of a step also get features as their context. */
const isInverse = (context: Context | undefined): context is InverseMap =>
  context !== undefined && !(context instanceof Tensor) && 'inverse' in context;

/**
 * ActNorm and the invertible 1x1 convolution behind it, as one affine map of each position's channels:
 *
 *     z = W ((x + bias) exp(logs)) = (W diag(exp(logs))) x + W (bias exp(logs))
 *     x = (diag(exp(-logs)) W^-1) z - bias
 */
export function mixing({ channels, start, random }: MixingOptions): Mixing {
  const norm = actNorm({ channels });
  const convolution = invertibleConv1x1({ channels, start, random });
  const { bias, logs } = norm.parameters as { readonly bias: Variable; readonly logs: Variable };
  const rowsTimes = (x: Tensor, matrix: Tensor) => matrixProduct(reshape(x, [-1, channels]), matrix);
  /** ln |det| of every sample, from that of W. */
  const logDetOf = (x: Tensor, ofMatrix: Tensor1D, sign: 1 | -1): Tensor1D => {
    const batch = x.shape[0]!;
    const positions = x.size / batch / channels;
    const each = add(mul(sum(logs), sign), reshape(slice(ofMatrix, 0, 1), []));
    return mul(fill([batch], positions), each);
  };
  /** exp(-logs) on the outputs of the inverse of W, transposed; and ln |det| of that inverse. */
  const inverseMap = (): InverseMap => {
    const { x: transposed, logDet } = convolution.inverse(eye(channels));
    return { inverse: mul(transposed, exp(neg(logs))), logDet };
  };
  const { latentShape, dataShape } = convolution;

  return {
    kind: 'mixing',
    parameters: { actNorm: norm.parameters, conv1x1: convolution.parameters },
    layers: new Map([
      ['actNorm', norm],
      ['conv1x1', convolution],
    ]),
    latentShape,
    dataShape,
    forward: tidied((x) => {
      const { z: transposed, logDet } = convolution.forward(eye(channels));
      const scale = exp(logs);
      const scaled = rowsTimes(x, mul(transposed, expandDims(scale, 1)));
      const shift = rowsTimes(mul(bias, scale), transposed);
      return { z: reshape(add(scaled, shift), x.shape), logDet: logDetOf(x, logDet, 1) };
    }),
    inverse: tidied((z, context) => {
      const { inverse, logDet } = isInverse(context) ? context : inverseMap();
      return { x: sub(reshape(rowsTimes(z, inverse), z.shape), bias), logDet: logDetOf(z, logDet, -1) };
    }),
    prepareInverse: tidied(inverseMap),
    initialize: (x) => norm.initialize!(x),
  };
}
