import type { FlowLayerCase } from '../../src/conformance.ts';
import { actNorm, conditionalStep, invertibleConv1x1, sequential } from '../../src/index.ts';

/** Chains that compute activations again for their gradients. */
export const memoryCases: readonly FlowLayerCase[] = (['checkpoint', 'invertible'] as const).map((backprop) => ({
  name: `sequential, ${backprop}`,
  make: (random) =>
    sequential(
      {
        actNorm: actNorm({ channels: 3 }),
        conv1x1: invertibleConv1x1({ channels: 3, random }),
        step: conditionalStep({ channels: 3, contextChannels: 2, hiddenChannels: 8, random }),
      },
      { backprop, exactEvery: 2 },
    ),
  shapes: [[2, 2, 3]],
  contextChannels: 2,
}));
