import type { Random } from '@deflow/images';
import { add, concat, leakyRelu, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type Conv2d, conv2d } from './conv2d.ts';
import { kaimingNormal } from './initializers.ts';
import type { Layer } from './layer.ts';

export interface DenseBlockOptions {
  /** Channels in and out. */
  readonly channels: number;
  /** Channels that each of the first four convolutions adds. */
  readonly growth: number;
  /** Share of the last convolution that is added to the input. */
  readonly residualScale?: number;
  readonly random: Random;
}

/**
 * ESRGAN's residual dense block: x_k = lrelu_0.2(conv_k([x, x_1, ..., x_(k-1)])) for k = 1 to 4, then x + residualScale conv_5([x, x_1, ..., x_4]).
 * Kernels 3x3, He-normal times 0.1 at the start. Parameters `conv1` to `conv5`, as in the published checkpoints.
 */
export function denseBlock({ channels, growth, residualScale = 0.2, random }: DenseBlockOptions): Layer {
  const start = kaimingNormal({ gain: 0.1 });
  const convolutions: Conv2d[] = [];
  for (let k = 0; k < 5; k++) {
    const outputChannels = k < 4 ? growth : channels;
    convolutions.push(conv2d({ inputChannels: channels + k * growth, outputChannels, kernelSize: 3, start, random }));
  }
  const [last] = convolutions.slice(-1) as [Conv2d];
  return {
    parameters: Object.fromEntries(convolutions.map((layer, k) => [`conv${k + 1}`, layer.parameters])),
    apply: (x) =>
      tidy(() => {
        const features: Tensor[] = [x];
        for (const layer of convolutions.slice(0, -1)) {
          features.push(leakyRelu(layer.apply(features.length > 1 ? concat(features, 3) : x), 0.2));
        }
        return add(mul(last.apply(concat(features, 3)), residualScale), x);
      }),
  };
}
