import type { Backprop } from '@deflow/flows';
import { randomizeParameters } from '@deflow/flows/conformance';
import { createRandom } from '@deflow/images';
import { disposeParameters, namedParameters, trainableParameters } from '@deflow/nn';
import {
  add,
  dispose,
  fill,
  mean,
  memory,
  mul,
  type Scalar,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tensor4d,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { bitsPerDimension } from './bits-per-dim.ts';
import type { DeFlowConfig } from './config.ts';
import { createDeFlow } from './create-deflow.ts';
import { aim } from './presets.ts';

type Shape4D = [number, number, number, number];

const normal = (seed: string, shape: readonly number[]) =>
  tensor4d(createRandom(seed).normals(shape.reduce((product, length) => product * length, 1)), shape as Shape4D);

const tiny = (reduction: number, changes: Partial<DeFlowConfig> = {}): DeFlowConfig => {
  const { statistics: _, ...model } = aim.model;
  return {
    ...model,
    conditioning: {
      ...model.conditioning,
      reduction,
      network: { kind: 'rrdb', channels: 6, growthChannels: 4, blocks: 2, taps: [0, 1] },
    },
    step: { ...model.step, hiddenChannels: 7 },
    levels: [
      { transitionSteps: 1, steps: 2, split: true },
      { transitionSteps: 1, steps: 2 },
      { transitionSteps: 0, steps: 2 },
    ],
    ...changes,
  };
};

const cases: Record<string, DeFlowConfig> = {
  'features from 8 times smaller images': tiny(8),
  'features from 4 times smaller images': tiny(4),
  'kernels 1x1 and 5x5 over the features': tiny(8, {
    step: { ...tiny(8).step, injectorKernels: [1, 1, 1], couplingKernels: [5, 1, 3] },
  }),
  'plain networks, Sigma depends on h': tiny(8, {
    step: { ...tiny(8).step, networks: 'plain', order: 'injector first' },
    shift: { kind: 'diagonal', start: 1, dependsOnConditioning: true, bound: 1.5 },
  }),
};

/** Largest difference, relative to the largest value. */
function difference(got: Tensor, wanted: Tensor): number {
  expect(got.shape).toEqual(wanted.shape);
  const values = wanted.dataSync();
  const largest = Math.max(1e-3, ...values.map(Math.abs));
  return Math.max(...got.dataSync().map((value, i) => Math.abs(value - values[i]!))) / largest;
}

describe.each(Object.entries(cases))('%s', (_, config) => {
  const make = (backprop: Backprop = 'tape') => {
    const model = createDeFlow({ config, random: createRandom('algebra'), backprop });
    randomizeParameters(model.parameters, createRandom('parameters'), 0.03);
    return model;
  };
  const images = tensor4d(createRandom('images').uniforms(2 * 16 * 24 * 3), [2, 16, 24, 3]);
  const labels = tensor1d([0, 1]);
  const reduction = config.conditioning.reduction;
  const conditioning = normal('conditioning', [2, 16 / reduction, 24 / reduction, 3]);

  test('what is computed at the small size, once, is what the whole features give', () => {
    const model = make();
    const before = memory().numTensors;
    tidy(() => {
      const features = model.features(images, conditioning);
      const plain = model.encode(images, features);
      const quick = model.condition(images, conditioning);
      const encoded = model.encode(images, quick);
      expect(difference(encoded.logDet, plain.logDet)).toBeLessThan(1e-5);
      encoded.latents.forEach((latent, i) => {
        expect(difference(latent, plain.latents[i]!)).toBeLessThan(1e-5);
      });
      const moved = plain.latents.map(
        (latent, i) => add(latent, mul(normal(`latent ${i}`, latent.shape), 0.2)) as Tensor4D,
      );
      expect(difference(model.decode(moved, quick), model.decode(moved, features))).toBeLessThan(1e-5);
      expect(difference(model.decode(encoded.latents, quick), images)).toBeLessThan(2e-5);
    });
    expect(memory().numTensors).toBe(before);
    disposeParameters(model.parameters);
  });

  test.each(['tape', 'checkpoint', 'invertible'] as const)('gradients with backprop %s', (backprop) => {
    const model = make(backprop);
    const names = new Map([...namedParameters(model.parameters)].map(([name, each]) => [each, name]));
    const parameters = trainableParameters(model.parameters);
    const gradients = (bits: () => Tensor) => {
      const { value, grads } = variableGrads(() => mean(bits()) as Scalar, parameters);
      return [value, ...parameters.map(({ name }) => grads[name]!)];
    };
    const noise = { conditioning, dequantisation: fill(images.shape, 0.5) as Tensor4D };
    const found = gradients(() => model.negativeLogLikelihood(images, labels, noise));
    const wanted = gradients(() => {
      const density = model.logDensity(images, labels, model.features(images, conditioning));
      return bitsPerDimension(density, { height: 16, width: 24 }, config.quantisationLevels);
    });
    const bound = backprop === 'invertible' ? 2e-4 : 5e-5;
    found.forEach((gradient, i) => {
      expect(difference(gradient, wanted[i]!), names.get(parameters[i - 1]!)).toBeLessThan(bound);
    });
    dispose([...wanted, ...found]);
    disposeParameters(model.parameters);
  });
});
