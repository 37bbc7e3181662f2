import { createRandom } from '@deflow/images';
import { disposeParameters } from '@deflow/nn';
import { dispose, memory, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { randomizeParameters } from '../conformance.ts';
import {
  actNorm,
  additiveCoupling,
  affineCoupling,
  affineInjector,
  boundedScale,
  conditionalStep,
  couplingNetwork,
  type FlowLayer,
  inverted,
  invertibleConv1x1,
  sequential,
  splineCoupling,
  splineOutputs,
} from '../index.ts';
import { gradientsAt, reverseLayer } from './reverse-layer.ts';

const [channels, contextChannels, batch, size] = [3, 2, 2, 3];
const random = createRandom('reverse');
const network = (outputChannels: number, inputChannels = 1) =>
  couplingNetwork({ inputChannels, contextChannels, outputChannels, hiddenChannels: 5, random });

const layers: Record<string, () => FlowLayer> = {
  'affine coupling, tanh': () =>
    affineCoupling({ channels, contextChannels, network: network(4), scale: boundedScale.tanh(1) }),
  'affine coupling, sigmoid': () =>
    affineCoupling({ channels, contextChannels, network: network(4), scale: boundedScale.sigmoid() }),
  'additive coupling': () => additiveCoupling({ channels, contextChannels, network: network(2) }),
  'spline coupling': () =>
    splineCoupling({ channels, contextChannels, network: network(2 * splineOutputs({ bins: 4 })), bins: 4 }),
  'affine injector': () =>
    affineInjector({ channels, contextChannels, network: network(6, 0), scale: boundedScale.tanh(1) }),
  step: () => conditionalStep({ channels, contextChannels, hiddenChannels: 5, start: 'rotation', random }),
  'nested, shared and without a reverse of its own': () => {
    const shared = invertibleConv1x1({ channels, random });
    const step = () => conditionalStep({ channels, contextChannels, hiddenChannels: 5, random });
    return sequential([shared, sequential([actNorm({ channels }), step()]), shared, inverted(step())]);
  },
};

describe.each(Object.entries(layers))('reverse: %s', (_, make) => {
  test.each(['features', 'prepared'])('with %s is inverse, and the gradients there', (given) => {
    const layer = make();
    randomizeParameters(layer.parameters, random, 0.2);
    const normal = (...shape: number[]) => tensor(random.normals(shape.reduce((a, b) => a * b, 1)), shape);
    const x = normal(batch, size, size, channels);
    const features = normal(batch, size, size, contextChannels);
    const context = given === 'features' ? features : layer.prepare!(features);
    const incoming = { dz: normal(batch, size, size, channels), dLogDet: normal(batch) };
    const { z } = layer.forward(x, context);
    const wanted = gradientsAt({ layer, context }, x, incoming);

    const before = memory().numTensors;
    const got = reverseLayer({ layer, context }, z, incoming);
    expect(memory().numTensors).toBe(before + 2 + got.gradients.length);
    expectClose(got.x, x);
    for (const [i, gradient] of [got.dx, ...got.gradients].entries()) expectClose(gradient, wanted[i]);
    expect(got.gradients.length).toBe(wanted.length - 1);
    dispose([...wanted, got.x, got.dx, ...got.gradients] as Tensor[]);
    disposeParameters(layer.parameters);
  });
});

function expectClose(got: Tensor, wanted: Tensor): void {
  expect(got.shape).toEqual(wanted.shape);
  const values = wanted.dataSync();
  const largest = Math.max(1, ...values.map(Math.abs));
  got.dataSync().forEach((value, i) => {
    expect(Math.abs(value - values[i]) / largest).toBeLessThan(1e-5);
  });
}
