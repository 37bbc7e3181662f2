// Trains a neural spline flow on exactly known densities and prints how far it stays from each, in nats: the mean of ln p over test
// points under the truth less that under the model. `node study.mjs [NAME ...] [--seeds 0,1,2] [--points FOLDER]`, after `npm run build`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createFlow, forwardKl, neuralSplineFlow } from '@deflow/flows';
import { createRandom } from '@deflow/images';
import {
  adam,
  clipByGlobalNorm,
  cosineSchedule,
  exponentialMovingAverage,
  namedParameters,
  trainableParameters,
} from '@deflow/nn';
import { compile, useTensorFlow } from '@deflow/tensorflow';
import * as tf from '@tensorflow/tfjs-core';
import { densities } from './densities.mjs';

const steps = 2000;
const batch = 256;

const shared = fileURLToPath(new URL('../../../../shared/golden/densities', import.meta.url));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '0,1,2' }, points: { type: 'string', default: shared } },
});
const names = positionals.length > 0 ? positionals : Object.keys(densities);
const seeds = values.seeds.split(',').map(Number);

await useTensorFlow({ backend: 'native', threads: 1 });

/** Mean of ln p over the rows of `points`. */
function meanLogProb(flow, points) {
  const parts = [];
  for (let at = 0; at < points.length; at += 10_000) {
    tf.tidy(() => {
      const x = tf.tensor(points.subarray(at, at + 10_000), [Math.min(10_000, points.length - at) / 2, 2]);
      parts.push(...flow().logProb(x).dataSync());
    });
  }
  return parts.reduce((total, value) => total + value, 0) / parts.length;
}

function gapOf(name, seed, points) {
  const { sample, trueLogProb, recipe } = densities[name];
  const { model, learningRate, settling = 1 } = recipe;
  const random = createRandom(`${name} ${seed}`);
  const draw = (count) => tf.tensor(Array.from({ length: count }, () => sample(random)));
  const flow = createFlow({ layer: neuralSplineFlow({ dimensions: 2, random, ...model }), shape: [2] });
  const first = draw(4096);
  flow.initialize(first);
  first.dispose();

  const parameters = trainableParameters(flow.parameters);
  const optimiser = adam({ parameters: flow.parameters });
  const average = exponentialMovingAverage(flow.parameters, { decay: 0.99 });
  const train = (x, rates) => {
    const { value, grads } = tf.variableGrads(() => forwardKl(flow(), x), parameters);
    const { gradients } = clipByGlobalNorm(
      parameters.map((parameter) => grads[parameter.name]),
      10,
    );
    optimiser.update(gradients, rates);
    average.update();
    return value;
  };
  const state = [...namedParameters(flow.parameters).values(), ...optimiser.variables, ...average.variables];
  const step = compile(train, { state, name: 'density step' });
  const halfCosine = cosineSchedule({ learningRate: 1, steps });
  const schedule = (count) => learningRate * halfCosine(count) ** settling;
  const start = performance.now();
  for (let count = 1; count <= steps; count++) {
    const { stepSize, epsilon } = optimiser.rates(count, schedule(count));
    const inputs = [draw(batch), { stepSize: tf.scalar(stepSize), epsilon: tf.scalar(epsilon) }];
    tf.dispose([inputs, step(...inputs)]);
  }
  const seconds = (performance.now() - start) / 1000;
  average.swap();
  const gap = trueLogProb - meanLogProb(flow, points);
  const count = parameters.reduce((total, { size }) => total + size, 0);
  step.dispose();
  tf.dispose(state);
  return { gap, seconds, count };
}

console.log('density\tseed\tgap\ttarget\tseconds\tparameters');
for (const name of names) {
  const bytes = readFileSync(join(values.points, `${name}.test.f32`));
  const points = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  for (const seed of seeds) {
    const { gap, seconds, count } = gapOf(name, seed, points);
    console.log([name, seed, gap.toFixed(4), densities[name].target, seconds.toFixed(0), count].join('\t'));
  }
}
