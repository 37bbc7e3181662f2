import { createRandom } from '@deflow/images';
import { disposeParameters, trainableParameters } from '@deflow/nn';
import {
  add,
  dispose,
  mul,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { randomizeParameters } from './conformance.ts';
import {
  actNorm,
  conditionalStep,
  type FlowLayer,
  invertibleConv1x1,
  planar,
  reconstructionErrors,
  sequential,
  tanhBijection,
} from './index.ts';

describe('T15: computing activations again gives the gradients of the tape', () => {
  const shape = [2, 5, 5, 4];
  const gradients = (depth: number, backprop: 'tape' | 'checkpoint' | 'invertible', seed: number) => {
    const random = createRandom(`T15 ${seed}`);
    const step = () =>
      conditionalStep({ channels: 4, contextChannels: 2, hiddenChannels: 8, start: 'rotation', random });
    const flow = sequential(Array.from({ length: depth }, step), { backprop });
    randomizeParameters(flow.parameters, random, 0.1);
    const x = variable(tensor(random.normals(200), shape));
    const features = tensor(random.normals(100), [2, 5, 5, 2]);
    const weights = tensor([0.7, -1.3]);
    const watched: Variable[] = [...trainableParameters(flow.parameters), x];
    const { value, grads } = variableGrads(() => {
      const { z, logDet } = flow.forward(x, features);
      return add(sum(mul(z, z)), sum(mul(logDet, weights))) as never;
    }, watched);
    const numbers = watched.flatMap(({ name }) => [...grads[name].dataSync()]);
    dispose([value, grads, x, features, weights] as never);
    disposeParameters(flow.parameters);
    return numbers;
  };

  test.each(Array.from({ length: 10 }, (_, seed) => [[4, 8, 16, 32][seed % 4], seed]))(
    '%i steps, seed %i',
    (depth, seed) => {
      const wanted = gradients(depth, 'tape', seed);
      const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      for (const backprop of ['checkpoint', 'invertible'] as const) {
        gradients(depth, backprop, seed).forEach((value, i) => {
          if (!(Math.abs(value - wanted[i]) / largest < 1e-5)) expect([i, value]).toEqual([i, wanted[i]]);
        });
      }
    },
  );
});

test('T16: what inverses lose grows with the depth, and stays below 1e-3 for 64 steps', async () => {
  const random = createRandom('T16');
  const x = tensor(random.normals(128), [2, 4, 4, 4]);
  const features = tensor(random.normals(64), [2, 4, 4, 2]);
  const found: number[] = [];
  for (const depth of [4, 8, 16, 32, 64]) {
    const step = () =>
      conditionalStep({ channels: 4, contextChannels: 2, hiddenChannels: 8, start: 'rotation', random });
    const flow = sequential(Array.from({ length: depth }, step));
    randomizeParameters(flow.parameters, random, 0.1);
    const errors = await reconstructionErrors(flow, x, { context: features, exactEvery: depth });
    found.push(Math.max(...errors.values()));
    disposeParameters(flow.parameters);
  }
  expect(Math.max(...found)).toBeLessThan(1e-3);
  expect(found[4]).toBeGreaterThan(found[0]);
});

describe('T17: Taylor: halving a step halves the change and quarters what the gradient does not tell of it', () => {
  const random = createRandom('T17');
  /** Without kinks: the second derivative of a ReLU network is not where it is looked for. */
  const flow = (): FlowLayer =>
    sequential([
      actNorm({ channels: 3 }),
      invertibleConv1x1({ channels: 3, random }),
      planar({ dimensions: 3, random }),
      tanhBijection(),
    ]);

  test.each(['data', 'parameters'] as const)('in the %s', (where) => {
    const layer = flow();
    randomizeParameters(layer.parameters, random, 0.1);
    const x = variable(tensor(random.uniforms(24), [8, 3]));
    const weights = tensor(random.normals(24), [8, 3]);
    const loss = () => {
      const { z, logDet } = layer.forward(x);
      return add(sum(mul(z, weights)), sum(logDet));
    };
    const moving = where === 'data' ? [x] : trainableParameters(layer.parameters);
    const { value, grads } = variableGrads(loss as never, moving);
    value.dispose();
    const slopes = moving.map(({ name }) => grads[name]);
    const length = Math.sqrt(slopes.reduce((total, slope) => total + sum(mul(slope, slope)).dataSync()[0], 0));
    const start = moving.map((each) => each.clone());
    const exact = () => {
      const { z, logDet } = layer.forward(x);
      const [values, logs, w] = [z, logDet, weights].map((each) => each.dataSync<'float32'>());
      return values.reduce((total, value, i) => total + value * w[i], 0) + logs.reduce((total, log) => total + log, 0);
    };
    const at = (distance: number) => {
      moving.forEach((each, i) => {
        each.assign(tidy(() => add(start[i], mul(slopes[i], distance / length)) as Tensor));
      });
      return exact();
    };
    const origin = at(0);
    const steps = [0.08, 0.04, 0.02];
    const changes = steps.map((step) => at(step) - origin);
    const remainders = changes.map((change, i) => change - steps[i] * length);
    const ratios = (values: number[]) => values.slice(1).map((value, i) => values[i] / value);
    for (const ratio of ratios(changes)) expect(Math.abs(ratio / 2 - 1)).toBeLessThan(0.1);
    for (const ratio of ratios(remainders)) expect(Math.abs(ratio / 4 - 1)).toBeLessThan(0.1);
    // With a gradient that is a hundredth too long the remainder only halves.
    const spoilt = changes.map((change, i) => change - 1.01 * steps[i] * length);
    expect(ratios(spoilt).some((ratio) => Math.abs(ratio / 4 - 1) > 0.1)).toBe(true);
  });
});
