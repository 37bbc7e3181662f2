import {
  avgPool,
  concat,
  fused,
  maxPool,
  type Rank,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
  transpose,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { channelMeans } from '../tensors/totals.ts';
import { type InceptionConvolution, type InceptionLayer, inceptionConvolutions, inceptionLayers } from './layers.ts';
import type { InceptionWeights } from './weights.ts';

/** The network on the device. */
export interface InceptionNetwork {
  /** [batch, 2048] of [batch, 299, 299, 3] with values about -1..1. What layers give is freed as soon as the next has it. */
  apply(x: Tensor4D): Tensor2D;
  readonly variables: readonly Variable[];
}

/** Puts the weights on the device; whoever calls frees the variables. */
export function createNetwork(weights: InceptionWeights): InceptionNetwork {
  const parameters = new Map<string, { kernel: Variable<Rank.R4>; bias: Variable<Rank.R1> }>();
  for (const { key, inputs, outputs, height, width } of inceptionConvolutions) {
    const { kernel, bias } = weights.convolutions.get(key)!;
    parameters.set(key, {
      kernel: tidy(() => variable(transpose(tensor4d(kernel, [outputs, inputs, height, width]), [2, 3, 1, 0]), false)),
      bias: tidy(() => variable(tensor1d(bias), false)),
    });
  }

  const convolve = (x: Tensor4D, { key, stride, padding }: InceptionConvolution): Tensor4D => {
    const { kernel, bias } = parameters.get(key)!;
    return fused.conv2d({ x, filter: kernel, strides: stride, pad: padding, bias, activation: 'relu' });
  };
  const apply = (x: Tensor4D, layer: InceptionLayer): Tensor4D => {
    if (layer.kind === 'convolution') return convolve(x, layer);
    if (layer.kind === 'branches')
      return concat(
        layer.branches.map((branch) => inTurn(x, branch)),
        3,
      );
    const pool = layer.kind === 'maxPool' ? maxPool : avgPool;
    return pool(x, 3, layer.stride, layer.stride === 1 ? 'same' : 'valid');
  };
  const inTurn = (x: Tensor4D, layers: readonly InceptionLayer[]): Tensor4D =>
    layers.reduce((current, layer) => {
      const next = tidy(() => apply(current, layer));
      if (current !== x) current.dispose();
      return next;
    }, x);

  return {
    variables: [...parameters.values()].flatMap(({ kernel, bias }): Variable[] => [kernel, bias]),
    apply: (x) => tidy(() => channelMeans(inTurn(x, inceptionLayers))),
  };
}
