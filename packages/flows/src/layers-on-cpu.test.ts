import '@tensorflow/tfjs-backend-cpu';
import { setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { allCases } from '../test/cases/all.ts';
import { checkLeaks, flowLayerChecks } from './conformance.ts';
import type { FlowLayer } from './flow-layer.ts';
import { actNorm } from './index.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

for (const subject of allCases) {
  describe(subject.name, () => {
    for (const { name, run } of flowLayerChecks(subject)) test(name, run);
  });
}

describe('T20: a layer that writes into what it got', () => {
  const sound = actNorm({ channels: 3 });
  // On this backend the values are the tensor's own memory.
  const spoil = (tensor: Tensor) => {
    tensor.dataSync()[0] += 1;
  };
  const mutants: Record<string, FlowLayer> = {
    data: {
      ...sound,
      forward(x) {
        const result = sound.forward(x);
        spoil(x);
        return result;
      },
    },
    latent: {
      ...sound,
      inverse(z) {
        const result = sound.inverse(z);
        spoil(z);
        return result;
      },
    },
  };

  test.each(Object.entries(mutants))('is caught: its %s', async (_, mutant) => {
    const x = () => tensor([1, 2, 3, 4, 5, 6], [2, 3]);
    expect(await checkLeaks(sound, x())).toMatchObject({ passed: true });
    expect(await checkLeaks(mutant, x())).toMatchObject({ passed: false });
  });
});
