import type { Random } from '@deflow/images';
import { add, concat, customGrad, leakyRelu, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { type Conv2d, conv2d } from './conv2d.ts';
import { denseBlockGradients } from './dense-block-gradients.ts';
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

/** Of the leaky ReLU behind the first four convolutions. */
const slope = 0.2;

/**
 * ESRGAN's residual dense block: x_k = lrelu_0.2(conv_k([x, x_1, ..., x_(k-1)])) for k = 1 to 4, then x + residualScale conv_5([x, x_1, ..., x_4]).
 * Kernels 3x3, He-normal times 0.1 at the start. Parameters `conv1` to `conv5`, as in the published checkpoints.
 * It is differentiated as a whole, once: gradients of it cannot be differentiated again.
 */
export function denseBlock({ channels, growth, residualScale = 0.2, random }: DenseBlockOptions): Layer {
  const start = kaimingNormal({ gain: 0.1 });
  const convolutions: Conv2d[] = [];
  for (let k = 0; k < 5; k++) {
    const outputChannels = k < 4 ? growth : channels;
    convolutions.push(conv2d({ inputChannels: channels + k * growth, outputChannels, kernelSize: 3, start, random }));
  }
  const weights = convolutions.map(({ weight }) => weight);
  const biases = convolutions.map(({ bias }) => bias!);

  const block = customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    const [x] = given as [Tensor];
    const features: Tensor[] = [x];
    let last = x;
    for (const [k, layer] of convolutions.entries()) {
      last = layer.apply(k === 0 ? x : concat(features, 3));
      if (k < 4) features.push(leakyRelu(last, slope));
    }
    save([...features, ...weights]);
    return {
      value: add(mul(last, residualScale), x),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [features, kernels] = [saved.slice(0, 5), saved.slice(5)];
        return denseBlockGradients(dy, { features, kernels, slope, residualScale });
      },
    };
  });

  return {
    parameters: Object.fromEntries(convolutions.map((layer, k) => [`conv${k + 1}`, layer.parameters])),
    apply: (x) => tidy(() => block(x, ...weights, ...biases)),
  };
}
