import type { Random } from '@deflow/images';
import { conv2d, convolve, createParameter, type Layer, zeros } from '@deflow/nn';
import { add, exp, mul, tidy } from '@tensorflow/tfjs-core';

/** The sizes of a `zeroConv2d`, from [batch, height, width, inputChannels] to as many `outputChannels`. */
export interface ZeroConv2dOptions {
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly kernelSize: number;
  readonly random: Random;
}

/** How fast `logs` acts, compared with an ordinary parameter. */
const logScaleFactor = 3;

/**
 * A convolution that starts at zero and learns its own scale (Glow): y = (W * x + bias) exp(3 logs), all three zero at the start,
 * so that the flow step that it feeds starts as a known map.
 */
export function zeroConv2d({ inputChannels, outputChannels, kernelSize, random }: ZeroConv2dOptions): Layer {
  const convolution = conv2d({ inputChannels, outputChannels, kernelSize, start: zeros(), random });
  const logs = createParameter([outputChannels], zeros(), random);
  return {
    parameters: { ...convolution.parameters, logs },
    apply: (x) =>
      tidy(() => {
        const scale = exp(mul(logs, logScaleFactor));
        return add(convolve(x, mul(convolution.weight, scale)), mul(convolution.bias!, scale));
      }),
  };
}
