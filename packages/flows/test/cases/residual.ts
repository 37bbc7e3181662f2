import type { FlowLayerCase } from '../../src/conformance.ts';
import { residualBlock } from '../../src/index.ts';

const images = { shape: [3, 2, 2], contextChannels: 2, hiddenChannels: 4, lipschitz: 0.7 };

/** Residual blocks with exact log-determinants. */
export const residualCases: readonly FlowLayerCase[] = [
  {
    name: 'residualBlock',
    make: (random) => residualBlock({ shape: [3], hiddenChannels: 8, random }),
    shapes: [[3]],
    spread: 0.5,
  },
  {
    name: 'conditional residualBlock of images',
    make: (random) => residualBlock({ ...images, random }),
    shapes: [images.shape],
    contextChannels: 2,
    spread: 0.3,
  },
];
