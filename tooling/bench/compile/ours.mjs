// A training step of 24 residual 3x3 convolutions (forward, backward, gradient descent), eager and compiled.
import { compile, useTensorFlow } from '@deflow/tensorflow';
import {
  add,
  conv2d,
  mean,
  mul,
  randomNormal,
  relu,
  square,
  sub,
  tidy,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { answer } from '../answer.mjs';

await useTensorFlow({ backend: 'native' });
const [layers, warmUp] = [24, 3];
const steps = new Map();

function makeStep({ channels, size, batch, how }) {
  const weights = Array.from({ length: layers }, (_, i) =>
    variable(randomNormal([3, 3, channels, channels], 0, 0.05, 'float32', i + 1)),
  );
  const x = randomNormal([batch, size, size, channels], 0, 1, 'float32', 99);
  const train = (images) => {
    const loss = () => mean(square(weights.reduce((h, weight) => add(h, relu(conv2d(h, weight, 1, 'same'))), images)));
    const { value, grads } = variableGrads(loss, weights);
    for (const weight of weights) weight.assign(sub(weight, mul(grads[weight.name], 0.01)));
    return value;
  };
  if (how === 'eager') return () => tidy(() => train(x).dataSync()[0]);
  const options = { state: weights, xla: how === 'xla', precision: how === 'bfloat16' ? 'bfloat16' : 'float32' };
  const compiled = compile(train, options);
  return () => tidy(() => compiled(x).dataSync()[0]);
}

await answer(async ({ work, repeats, ...options }) => {
  if (!steps.has(work)) {
    const step = makeStep(options);
    for (let i = 0; i < warmUp; i++) step();
    steps.set(work, step);
  }
  const step = steps.get(work);
  return Array.from({ length: repeats }, () => {
    const start = performance.now();
    step();
    return performance.now() - start;
  });
});
