import { createRandom } from '@deflow/images';
import { namedParameters, trainableParameters } from '@deflow/nn';
import { max, min, sum, type Tensor, tensor, variableGrads } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { randomizeParameters } from './conformance.ts';
import { denseNetwork, type FlowLayer, neuralSplineFlow, splineCoupling, splineOutputs } from './index.ts';

const random = createRandom('neuralSplineFlow');

/** x1 = x2^2 / 4 + noise: reaches far beyond the box of a spline. */
const banana = (count: number): Tensor =>
  tensor(
    Array.from({ length: count }, () => {
      const second = 2 * random.normal();
      return [second ** 2 / 4 + random.normal(), second];
    }),
  );

/** The largest gradient of ln|det| that any trainable parameter of a coupling receives. */
function pull(layer: FlowLayer, x: Tensor): number {
  const { grads } = variableGrads(() => sum(layer.forward(x).logDet) as never, trainableParameters(layer.parameters));
  const names = [...namedParameters(layer.parameters)].filter(([path]) => path.includes('last')).map(([, v]) => v.name);
  return Math.max(...names.map((name) => Math.max(...grads[name].dataSync().map(Math.abs))));
}

test('the banana trap: beyond its box a bare spline learns nothing, behind standardise everything is learned from', () => {
  const far = tensor([
    [12, 15],
    [14, -16],
  ]);
  const outputChannels = splineOutputs({ bins: 4 });
  const bare = splineCoupling({
    channels: 2,
    bins: 4,
    bound: 5,
    network: denseNetwork({ inputChannels: 1, outputChannels, hiddenChannels: 8, random }),
  });
  const flow = neuralSplineFlow({ dimensions: 2, steps: 1, bins: 4, bound: 5, hiddenChannels: 8, random });
  flow.initialize!(banana(2000));
  for (const layer of [bare, flow]) randomizeParameters(layer.parameters, random, 0.1);
  expect(pull(bare, far)).toBe(0);
  expect(pull(flow, far)).toBeGreaterThan(1e-3);
});

test('what is standardised are the data, whatever their size, by default', () => {
  const x = banana(2000);
  const flow = neuralSplineFlow({ dimensions: 2, random });
  flow.initialize!(x);
  const z = flow.layers!.get('standardise')!.forward(x).z;
  expect(max(z).dataSync()[0]).toBeLessThan(10);
  expect(min(z).dataSync()[0]).toBeGreaterThan(-10);
});

test('started from rolls it keeps axes apart: at first the identity up to the standardisation and swaps', () => {
  const x = tensor([[3, -7]]);
  const one = neuralSplineFlow({ dimensions: 2, steps: 1, start: 'roll', activation: 'silu', random });
  const two = neuralSplineFlow({ dimensions: 2, steps: 2, start: 'roll', random });
  const close = (got: Tensor, wanted: number[]) => {
    got.dataSync().forEach((value, i) => {
      expect(Math.abs(value - wanted[i])).toBeLessThan(1e-4);
    });
  };
  close(one.forward(x).z, [-7, 3]);
  close(two.forward(x).z, [3, -7]);
});
