import type { FlowLayerCase } from '../../src/conformance.ts';
import { couplingNetwork, denseNetwork, splineCoupling, splineOutputs } from '../../src/index.ts';

/** Spline couplings. */
export const splineCases: readonly FlowLayerCase[] = [
  {
    name: 'splineCoupling',
    make: (random) =>
      splineCoupling({
        channels: 3,
        bins: 5,
        bound: 3,
        network: denseNetwork({
          inputChannels: 1,
          outputChannels: 2 * splineOutputs({ bins: 5 }),
          hiddenChannels: 8,
          random,
        }),
      }),
    shapes: [[3]],
  },
  {
    name: 'conditional splineCoupling with an affine map',
    make: (random) => {
      const spline = { bins: 4, bound: 2, affine: true };
      const outputChannels = 2 * splineOutputs(spline);
      const common = { inputChannels: 1, contextChannels: 2, hiddenChannels: 8, kernels: [3, 1], random };
      return splineCoupling({
        channels: 3,
        contextChannels: 2,
        ...spline,
        network: couplingNetwork({ ...common, outputChannels }),
      });
    },
    shapes: [[2, 2, 3]],
    contextChannels: 2,
  },
];
