import type { FlowLayer } from '@deflow/flows';
import { checkLogDet, randomizeParameters, requirePassed } from '@deflow/flows/conformance';
import { createRandom } from '@deflow/images';
import { namedParameters, requireGradients, trainableParameters } from '@deflow/nn';
import {
  abs,
  concat,
  dispose,
  max,
  memory,
  reshape,
  type Scalar,
  split,
  sub,
  sum,
  Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tensor4d,
  variableGrads,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createDeFlow, type DeFlow, type DeFlowConfig, type Features, paperSmall, small } from './index.ts';

const size = { height: 4, width: 8 };
const random = createRandom('model test');
const uniform = (shape: [number, number, number, number]) =>
  tensor4d(random.uniforms(shape.reduce((product, length) => product * length)), shape);
const normal = (shape: readonly number[]) =>
  tensor4d(
    random.normals(shape.reduce((product, length) => product * length)),
    shape as [number, number, number, number],
  );

function randomModel(config: DeFlowConfig): DeFlow {
  const model = createDeFlow({ config, random: random.fork('start') });
  randomizeParameters(model.parameters, random.fork('spread'), 0.05);
  return model;
}

/** The whole flow as a layer from [batch, height, width, 3] to [batch, dimensions]. */
function asLayer(model: DeFlow, features: Features): FlowLayer {
  const shapes = model.noiseShapes(size).latents;
  const lengths = shapes.map(([height, width, channels]) => height * width * channels);
  return {
    kind: 'deflow',
    parameters: model.parameters,
    latentShape: () => [3 * size.height * size.width],
    dataShape: () => [size.height, size.width, 3],
    forward(x) {
      const { latents, logDet } = model.encode(x as Tensor4D, features);
      return {
        z: concat(
          latents.map((latent) => reshape(latent, [x.shape[0]!, -1])),
          1,
        ),
        logDet,
      };
    },
    inverse(z) {
      const parts = split(z as Tensor2D, lengths, 1).map((part, index) =>
        reshape(part, [z.shape[0]!, ...shapes[index]!]),
      );
      const x = model.decode(parts as Tensor4D[], features);
      return { x, logDet: zerosLike(sum(z, 1)) as never };
    },
  };
}

const flattened = (tree: unknown): Tensor[] => {
  const found: Tensor[] = [];
  const walk = (node: unknown) => {
    if (node instanceof Tensor) found.push(node);
    else if (typeof node === 'object' && node !== null) Object.values(node).forEach(walk);
  };
  walk(tree);
  return found;
};

const largest = async (difference: Tensor) => (await max(abs(difference)).data())[0]!;

beforeAll(() => requireGradients());

const configs: [string, DeFlowConfig][] = [
  ['small', small.model],
  ['paperSmall', paperSmall.model],
];

describe.each(configs)('%s', (_, config) => {
  const model = randomModel(config);
  const [height, width, channels] = model.noiseShapes(size).conditioning;
  const conditioning = normal([2, height, width, channels]);
  const images = uniform([2, size.height, size.width, 3]);
  const labels = tensor1d([0, 1]);

  test('log-determinant equals that of the Jacobian', async () => {
    const features = model.features(images, conditioning);
    requirePassed(await checkLogDet(asLayer(model, features), images, { tolerance: 2e-5 }));
  });

  test('decode inverts encode, with prepared features too', async () => {
    const features = model.features(images, conditioning);
    for (const each of [features, model.prepare(features)]) {
      const { latents } = model.encode(images, each);
      expect(await largest(sub(model.decode(latents, each), images))).toBeLessThan(1e-5);
    }
  });

  test('every parameter receives a gradient from a batch of both domains', async () => {
    const { grads } = variableGrads(
      () =>
        sum(
          model.negativeLogLikelihood(images, labels, {
            dequantisation: uniform([2, size.height, size.width, 3]),
            conditioning,
          }),
        ) as Scalar,
      trainableParameters(model.parameters),
    );
    for (const [path, { name, trainable }] of namedParameters(model.parameters)) {
      if (trainable) expect(await largest(grads[name]!), path).toBeGreaterThan(0);
    }
  });

  test('methods leave nothing but their results in memory', () => {
    const noise = { dequantisation: images, conditioning };
    const { latents: shapes } = model.noiseShapes(size);
    const shift = shapes.map((shape) => normal([2, ...shape]));
    const before = memory().numTensors;
    dispose([model.negativeLogLikelihood(images, labels, noise)]);
    const features = model.features(images, conditioning);
    const prepared = model.prepare(features);
    const { latents, logDet } = model.encode(images, prepared);
    dispose([model.decode(latents, prepared), ...latents, logDet]);
    dispose([...features.levels, ...flattened(prepared.contexts)]);
    dispose([
      model.degrade(images, { conditioning, shift }),
      model.restore(images, { conditioning, shift, clean: shift }),
    ]);
    expect(memory().numTensors).toBe(before);
  });
});
