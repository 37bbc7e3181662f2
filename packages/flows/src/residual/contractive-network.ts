import type { Random } from '@deflow/images';
import { conv2d, type ParameterTree } from '@deflow/nn';
import { add, mul, softplus, type Tensor } from '@tensorflow/tfjs-core';
import { parameter } from '../parameter.ts';
import type { Shape } from '../shape.ts';
import { lipSwish } from './lip-swish.ts';
import { spectralConvolution } from './spectral-convolution.ts';

export interface ContractiveNetworkOptions {
  readonly shape: Shape;
  readonly contextChannels: number;
  readonly hiddenChannels: number;
  readonly kernels: readonly number[];
  /** The product of the layers' bounds. */
  readonly lipschitz: number;
  readonly random: Random;
}

/** A map g with |g(a) - g(b)| <= lipschitz |a - b|. */
export interface ContractiveNetwork {
  readonly parameters: ParameterTree;
  /** What the first layer adds because of the features. */
  ofFeatures(features: Tensor): Tensor;
  /** g(x), and v -> J v for the Jacobian J of g at x: both linear in as many convolutions as there are layers. */
  linearise(x: Tensor, ofFeatures?: Tensor): { value: Tensor; push(v: Tensor): Tensor };
  settle(iterations: number): void;
}

/** softplus(0.5) is 0.974: where Residual Flows start. */
const rawBetaStart = 0.5;

/** Spectrally normalised convolutions, a LipSwish before each. */
export function contractiveNetwork(options: ContractiveNetworkOptions): ContractiveNetwork {
  const { shape, contextChannels, hiddenChannels, kernels, lipschitz, random } = options;
  const positions = shape.slice(0, -1);
  const channels = shape[shape.length - 1];
  const widths = [channels, ...kernels.slice(1).map(() => hiddenChannels), channels];
  const bound = lipschitz ** (1 / kernels.length);
  const layers = kernels.map((kernelSize, i) => ({
    rawBeta: parameter([], [rawBetaStart]),
    convolution: spectralConvolution({
      shape: [...positions, widths[i]],
      outputChannels: widths[i + 1],
      kernelSize,
      bound,
      random,
    }),
  }));
  const overContext =
    contextChannels > 0
      ? conv2d({
          inputChannels: contextChannels,
          outputChannels: widths[1],
          kernelSize: kernels[0],
          bias: false,
          random,
        })
      : undefined;
  return {
    parameters: {
      layers: layers.map(({ rawBeta, convolution }) => ({ rawBeta, ...convolution.parameters })),
      ...(overContext && { context: overContext.parameters }),
    },
    ofFeatures: (features) => overContext!.apply(features),
    linearise(x, ofFeatures) {
      const weights = layers.map(({ convolution }) => convolution.weight());
      const slopes: Tensor[] = [];
      let value = x;
      layers.forEach(({ rawBeta, convolution }, i) => {
        const active = lipSwish(value, softplus(rawBeta));
        slopes.push(active.slope);
        value = convolution.apply(active.value, weights[i]);
        if (i === 0 && ofFeatures) value = add(value, ofFeatures);
      });
      return {
        value,
        push: (v) =>
          layers.reduce(
            (moved, { convolution }, i) => convolution.apply(mul(moved, slopes[i]), weights[i], { bias: false }),
            v,
          ),
      };
    },
    settle(iterations) {
      for (const { convolution } of layers) convolution.settle(iterations);
    },
  };
}
