// Training steps (forward KL, backward, Adam) and sampling of four kinds of flows, compiled.
import {
  actNorm,
  affineCoupling,
  boundedScale,
  couplingNetwork,
  createFlow,
  denseNetwork,
  diagonalNormal,
  forwardKl,
  invertibleConv1x1,
  maskedAutoregressive,
  maskedNetwork,
  multiScale,
  neuralSplineFlow,
  reverseChannels,
  sequential,
  splitPrior,
  squeeze,
  standardNormal,
} from '@deflow/flows';
import { createRandom } from '@deflow/images';
import { adam, namedParameters, trainableParameters } from '@deflow/nn';
import { compile, useTensorFlow } from '@deflow/tensorflow';
import { dispose, scalar, slice, tensor, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { answer } from '../answer.mjs';

await useTensorFlow({ backend: 'native' });
const warmUp = 3;

const repeated = (depth, make) => Array.from({ length: depth }, make).flat();

function imageFlow({ size, channels, depth, hidden: hiddenChannels }, random) {
  const stack = (channels) => {
    const changed = Math.ceil(channels / 2);
    const outputs = { inputChannels: channels - changed, outputChannels: 2 * changed };
    return sequential([
      squeeze(),
      ...repeated(depth, () => [
        actNorm({ channels }),
        invertibleConv1x1({ channels, random }),
        affineCoupling({
          channels,
          scale: boundedScale.tanh(2),
          network: couplingNetwork({ ...outputs, hiddenChannels, random }),
        }),
      ]),
    ]);
  };
  const [first, second] = [4 * channels, 8 * channels];
  const layer = multiScale([
    { flow: stack(first), split: splitPrior({ channels: first, random }) },
    { flow: stack(second) },
  ]);
  const base = [
    standardNormal({ shape: [size / 2, size / 2, first / 2] }),
    diagonalNormal({ shape: [size / 4, size / 4, second] }),
  ];
  return createFlow({ layer, base, shape: [size, size, channels] });
}

const layersOf = {
  realnvp: ({ dimensions: channels, depth, hidden: hiddenChannels }, random) => {
    const [inputChannels, changed] = [Math.floor(channels / 2), Math.ceil(channels / 2)];
    return sequential(
      repeated(depth, () => [
        actNorm({ channels }),
        affineCoupling({
          channels,
          scale: boundedScale.tanh(2),
          network: denseNetwork({ inputChannels, outputChannels: 2 * changed, hiddenChannels, random }),
        }),
        reverseChannels({ channels }),
      ]),
    );
  },
  spline: ({ dimensions, depth: steps, hidden: hiddenChannels }, random) =>
    neuralSplineFlow({ dimensions, steps, hiddenChannels, bins: 12, random }),
  maf: ({ dimensions, depth, hidden: hiddenChannels }, random) =>
    sequential(
      repeated(depth, () => [
        maskedAutoregressive({
          network: maskedNetwork({ dimensions, outputsPerDimension: 2, hiddenChannels, random }),
          scale: boundedScale.softClip(),
        }),
        reverseChannels({ channels: dimensions }),
      ]),
    ),
};

function make({ model, task, how, ...sizes }) {
  const random = createRandom(1);
  const { batch, dimensions, size, channels } = sizes;
  const shape = model === 'glow' ? [size, size, channels] : [dimensions];
  const flow =
    model === 'glow' ? imageFlow(sizes, random) : createFlow({ layer: layersOf[model](sizes, random), shape });
  const count = batch * shape.reduce((product, length) => product * length, 1);
  const x = tensor(model === 'glow' ? random.uniforms(count) : random.normals(count), [batch, ...shape]);
  flow.initialize(x);
  const parameters = trainableParameters(flow.parameters);
  const state = [...namedParameters(flow.parameters).values()];
  const options = { xla: how === 'xla', name: model };
  if (task === 'sample') {
    const decode = compile((noise) => flow().sample(batch, { noise }), { ...options, state });
    return () => {
      const noise = flow().noise(batch, { random });
      const samples = decode(noise);
      const [first] = tidy(() => slice(samples, 0, 1).dataSync());
      dispose([noise, samples]);
      return first;
    };
  }
  const optimiser = adam({ parameters: flow.parameters });
  const train = compile(
    (x, rates) => {
      const { value, grads } = variableGrads(() => forwardKl(flow(), x), parameters);
      optimiser.update(
        parameters.map(({ name }) => grads[name]),
        rates,
      );
      return value;
    },
    { ...options, state: [...state, ...optimiser.variables] },
  );
  let steps = 0;
  return () =>
    tidy(() => {
      const { stepSize, epsilon } = optimiser.rates(++steps, 1e-3);
      return train(x, { stepSize: scalar(stepSize), epsilon: scalar(epsilon) }).dataSync()[0];
    });
}

let step;
await answer(async ({ work, repeats, ...request }) => {
  if (!step) {
    step = make(request);
    for (let i = 0; i < warmUp; i++) step();
  }
  return Array.from({ length: repeats }, () => {
    const start = performance.now();
    step();
    return performance.now() - start;
  });
});
