import {
  add,
  concat,
  conv2d,
  maxPool,
  pad,
  type Rank,
  relu,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
  transpose,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { withZeros } from '../tensors/filter.ts';
import { type Convolution, convolutionsOf, type Layer, type MaxPool, networks } from './networks.ts';
import type { BackboneWeights } from './weights.ts';

/** A network on the device. */
export interface Backbone {
  /** The features at each place, of [batch, height, width, 3] as the network wants it. */
  features(x: Tensor4D): Tensor4D[];
  /** The weights; none of them is trained. */
  readonly variables: readonly Variable[];
  dispose(): void;
}

export interface BackboneOptions {
  /** What to do in place of maximum pooling. */
  readonly pool?: (x: Tensor4D) => Tensor4D;
}

/** Puts the weights on the device; they stay until `dispose`. */
export function createBackbone(weights: BackboneWeights, { pool }: BackboneOptions = {}): Backbone {
  const { stages } = networks[weights.network];
  const parameters = new Map<string, { kernel: Variable<Rank.R4>; bias: Variable<Rank.R1> }>();
  for (const { key, inputs, outputs, kernelSize } of convolutionsOf(networks[weights.network])) {
    const { kernel, bias } = weights.convolutions.get(key)!;
    const shape = [outputs, inputs, kernelSize, kernelSize] as [number, number, number, number];
    parameters.set(key, {
      kernel: tidy(() => variable(transpose(tensor4d(kernel, shape), [2, 3, 1, 0]), false)),
      bias: tidy(() => variable(tensor1d(bias), false)),
    });
  }

  const convolve = (x: Tensor4D, { key, stride, padding }: Convolution): Tensor4D => {
    const { kernel, bias } = parameters.get(key)!;
    return relu(add(conv2d(withZeros(x, padding, padding), kernel, stride, 'valid'), bias)) as Tensor4D;
  };
  const apply = (x: Tensor4D, layer: Layer): Tensor4D => {
    if (layer.kind === 'convolution') return convolve(x, layer);
    if (layer.kind === 'maxPool') return pool ? pool(x) : maximumPool(x, layer);
    const squeezed = convolve(x, layer.squeeze);
    return concat([convolve(squeezed, layer.expand1x1), convolve(squeezed, layer.expand3x3)], 3);
  };
  const variables = [...parameters.values()].flatMap(({ kernel, bias }): Variable[] => [kernel, bias]);
  return {
    variables,
    features(x) {
      let current = x;
      return stages.map((stage) => (current = stage.reduce(apply, current)));
    },
    dispose() {
      for (const each of variables) each.dispose();
    },
  };
}

/** The samples come from a ReLU: zeros that complete a last window are never larger than what is there. */
function maximumPool(x: Tensor4D, { size, ceil }: MaxPool): Tensor4D {
  const [, height, width] = x.shape;
  const missing = (length: number) => (ceil ? Math.abs(length - size) % 2 : 0);
  const complete =
    missing(height) + missing(width) === 0
      ? x
      : pad(x, [
          [0, 0],
          [0, missing(height)],
          [0, missing(width)],
          [0, 0],
        ]);
  return maxPool(complete, size, 2, 'valid');
}
