import { createRandom } from '@deflow/images';
import { disposeParameters, trainableParameters } from '@deflow/nn';
import {
  add,
  dispose,
  getBackend,
  getKernel,
  memory,
  mul,
  profile,
  sum,
  type Tensor,
  tensor,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { randomizeParameters } from '../conformance.ts';
import {
  actNorm,
  conditionalStep,
  FlowConfigurationError,
  FlowShapeError,
  invertibleConv1x1,
  reconstructionErrors,
  sequential,
} from '../index.ts';

const modes = ['checkpoint', 'invertible'] as const;
const [channels, contextChannels] = [4, 2];

const chain = (depth: number, backprop: 'tape' | (typeof modes)[number], seed: number | string, exactEvery = 32) => {
  const random = createRandom(seed);
  const step = () => conditionalStep({ channels, contextChannels, hiddenChannels: 12, start: 'rotation', random });
  const flow = sequential(Array.from({ length: depth }, step), { backprop, exactEvery });
  randomizeParameters(flow.parameters, random, 0.1);
  return flow;
};

/** Gradients of a random projection, each sample weighted by itself: by parameter, then for features and data. */
function gradients(flow: ReturnType<typeof chain>, x: Variable, features: Variable, weights: Tensor): Tensor[] {
  const watched = [...trainableParameters(flow.parameters), features, x];
  const loss = () => {
    const { z, logDet } = flow.forward(x, features);
    return add(sum(mul(z, z)), sum(mul(logDet, weights))) as never;
  };
  const { value, grads } = variableGrads(loss, watched);
  value.dispose();
  return watched.map(({ name }) => grads[name]);
}

const batchFor = (random: ReturnType<typeof createRandom>, size: number) => {
  const shape = [2, size, size, channels];
  return {
    x: variable(tensor(random.normals(2 * size * size * channels), shape)),
    features: variable(tensor(random.normals(2 * size * size * contextChannels), [2, size, size, contextChannels])),
    weights: tensor([0.7, -1.3]),
  };
};

test.each([
  [4, 32, 1],
  [8, 3, 2],
  [16, 32, 3],
  [32, 8, 4],
])('gradients of %i steps, exact every %i, equal the tape (seed %i)', (depth, exactEvery, seed) => {
  const { x, features, weights } = batchFor(createRandom(`batch ${seed}`), 4);
  const wanted = gradients(chain(depth, 'tape', seed), x, features, weights);
  for (const backprop of modes) {
    const flow = chain(depth, backprop, seed, exactEvery);
    const before = memory().numTensors;
    const got = gradients(flow, x, features, weights);
    expect(memory().numTensors).toBe(before + got.length);
    const largest = Math.max(...wanted.map((gradient) => Math.max(...gradient.dataSync().map(Math.abs))));
    got.forEach((gradient, i) => {
      const values = gradient.dataSync();
      wanted[i].dataSync().forEach((value, j) => {
        expect(Math.abs(values[j] - value) / largest).toBeLessThan(1e-5);
      });
    });
    dispose(got);
    disposeParameters(flow.parameters);
  }
});

test('32 steps: invertible keeps a tenth of what the tape keeps, checkpoints less than a third', async () => {
  const { x, features, weights } = batchFor(createRandom('memory'), 16);
  const peakOf = async (backprop: 'tape' | (typeof modes)[number]) => {
    const flow = chain(32, backprop, 'memory');
    const start = memory().numBytes;
    let own = 0;
    const { peakBytes } = await profile(() => {
      const found = gradients(flow, x, features, weights);
      own = found.reduce((total, { size }) => total + 4 * size, 0);
      dispose(found);
    });
    disposeParameters(flow.parameters);
    return peakBytes - start - own;
  };
  const tape = await peakOf('tape');
  expect(await peakOf('invertible')).toBeLessThan(tape / 10);
  expect(await peakOf('checkpoint')).toBeLessThan(tape / 3);
});

test.each(modes)('%s: each layer waits for what the one after it gives', (backprop) => {
  const kernel = getKernel('NotBefore', getBackend());
  if (!kernel) return;
  const { kernelFunc } = kernel;
  const waits: number[] = [];
  kernel.kernelFunc = (call) => {
    waits.push((call.attrs as unknown as { signals: Tensor[] }).signals.length);
    return kernelFunc(call);
  };
  try {
    const { x, features, weights } = batchFor(createRandom('order'), 2);
    const flow = sequential(
      [1, 2, 3].map(() => invertibleConv1x1({ channels, random: createRandom('order') })),
      { backprop },
    );
    dispose(gradients(flow, x, features, weights));
    disposeParameters(flow.parameters);
  } finally {
    kernel.kernelFunc = kernelFunc;
  }
  // The gradient of the output; then those of the input, the three trained parameters and the features.
  expect(waits).toEqual([1, 5, 5]);
});

test('reconstruction errors grow with depth, stay small, and start afresh at exact activations', async () => {
  const { x, features } = batchFor(createRandom('reconstruction'), 4);
  const worst = async (depth: number, exactEvery?: number) => {
    const errors = await reconstructionErrors(chain(depth, 'invertible', 5), x, { context: features, exactEvery });
    expect([...errors.keys()]).toEqual(Array.from({ length: depth }, (_, at) => `${at}`));
    return Math.max(...errors.values());
  };
  for (const depth of [4, 8, 16, 32]) {
    const error = await worst(depth);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(1e-4);
  }
  expect(await worst(32, 4)).toBeLessThan(await worst(32));
});

test('shape errors still lead to the layer', () => {
  const flow = sequential(
    { first: actNorm({ channels: 2 }), second: actNorm({ channels: 3 }) },
    { backprop: 'invertible' },
  );
  expect(() => flow.forward(tensor([[1, 2]]))).toThrow(FlowShapeError);
  expect(() => sequential([actNorm({ channels: 2 })], { backprop: 'invertible', exactEvery: 0 })).toThrow(
    FlowConfigurationError,
  );
});
