import type { FlowLayerCase } from '../../src/conformance.ts';
import {
  boundedScale,
  inverted,
  maskedAutoregressive,
  maskedNetwork,
  rationalQuadratic,
  splineOutputs,
} from '../../src/index.ts';

export const affine = (dimensions: number, contextChannels = 0, layout: 'grouped' | 'interleaved' = 'grouped') =>
  ({
    make(random) {
      const network = maskedNetwork({
        dimensions,
        contextChannels,
        outputsPerDimension: 2,
        layout,
        hiddenChannels: 12,
        random,
      });
      const scale = layout === 'grouped' ? boundedScale.softClip() : boundedScale.sigmoid({ encode: 'multiply' });
      return maskedAutoregressive({ network, scale });
    },
    contextChannels,
    shapes: [[dimensions]],
  }) satisfies Omit<FlowLayerCase, 'name'>;

const spline = { bins: 4, bound: 2 };

/** Masked autoregressive layers and their inverses. */
export const autoregressiveCases: readonly FlowLayerCase[] = [
  { name: 'maskedAutoregressive', ...affine(4) },
  { name: 'maskedAutoregressive, interleaved', ...affine(3, 0, 'interleaved') },
  { name: 'maskedAutoregressive of one dimension', ...affine(1, 2) },
  { name: 'conditional maskedAutoregressive', ...affine(3, 2) },
  {
    name: 'maskedAutoregressive with splines',
    make: (random) => {
      const network = {
        outputsPerDimension: splineOutputs(spline),
        layout: 'interleaved' as const,
        hiddenChannels: 8,
        random,
      };
      return maskedAutoregressive({
        network: maskedNetwork({ dimensions: 3, ...network }),
        scale: rationalQuadratic(spline),
      });
    },
    shapes: [[3]],
  },
  { ...affine(3, 2), name: 'inverted maskedAutoregressive', make: (random) => inverted(affine(3, 2).make(random)) },
];
