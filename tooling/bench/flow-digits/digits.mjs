// A Glow of two levels and four steps on the 8x8 digits of scikit-learn: 1,797 images of 17 levels in the order of
// `RandomState(0).permutation(1797)`, one byte a pixel; the first 1,437 train, the rest test.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  actNorm,
  affineCoupling,
  bitsPerDim,
  boundedScale,
  couplingNetwork,
  createFlow,
  dequantise,
  diagonalNormal,
  forwardKl,
  invertibleConv1x1,
  multiScale,
  sequential,
  splitPrior,
  squeeze,
  standardNormal,
} from '@deflow/flows';
import { createRandom } from '@deflow/images';
import {
  adam,
  clipByGlobalNorm,
  cosineSchedule,
  exponentialMovingAverage,
  namedParameters,
  trainableParameters,
} from '@deflow/nn';
import { compile } from '@deflow/tensorflow';
import * as tf from '@tensorflow/tfjs-core';

export const steps = 1500;
const [batch, levels, pixels, trained] = [64, 17, 64, 1437];

const shared = fileURLToPath(new URL('../../../../shared/golden/densities/digits-8x8.u8', import.meta.url));

/** The images, from DIGITS or the folder of reference data. */
export function readDigits(path = process.env.DIGITS ?? shared) {
  const bytes = readFileSync(path);
  return Array.from({ length: bytes.length / pixels }, (_, i) => bytes.subarray(i * pixels, (i + 1) * pixels));
}

/** De-quantised images [count, 8, 8, 1] in [0, 1). */
const prepare = (images, random) =>
  tf.tidy(() => {
    const shape = [images.length, 8, 8, 1];
    const whole = new Float32Array(images.length * pixels);
    for (const [i, image] of images.entries()) whole.set(image, i * pixels);
    return dequantise(tf.tensor(whole, shape), tf.tensor(random.uniforms(images.length * pixels), shape), levels);
  });

function glow(random) {
  const hiddenChannels = 64;
  const step = (channels) => {
    const [kept, changed] = [Math.floor(channels / 2), Math.ceil(channels / 2)];
    const network = { inputChannels: kept, outputChannels: 2 * changed, hiddenChannels, random };
    return sequential({
      actNorm: actNorm({ channels }),
      conv1x1: invertibleConv1x1({ channels, random }),
      coupling: affineCoupling({ channels, scale: boundedScale.tanh(2), network: couplingNetwork(network) }),
    });
  };
  const depth = 4;
  const stack = (channels) => sequential([squeeze(), ...Array.from({ length: depth }, () => step(channels))]);
  const layer = multiScale([{ flow: stack(4), split: splitPrior({ channels: 4, random }) }, { flow: stack(8) }]);
  const base = [standardNormal({ shape: [4, 4, 2] }), diagonalNormal({ shape: [2, 2, 8] })];
  return createFlow({ layer, base, shape: [8, 8, 1] });
}

/** Training from `seed`: `train(count)` does so many of the 1,500 steps, `bits()` scores the averaged weights after the last one. */
export function digitsTraining({ seed, digits, xla }) {
  const random = createRandom(`digits ${seed}`);
  const flow = glow(random);
  const draw = (count) =>
    prepare(
      Array.from({ length: count }, () => digits[random.integer(trained)]),
      random,
    );
  const first = draw(512);
  flow.initialize(first);
  first.dispose();
  const parameters = trainableParameters(flow.parameters);
  const optimiser = adam({ parameters: flow.parameters, storage: 'joined' });
  const average = exponentialMovingAverage(flow.parameters, { decay: 0.99, storage: 'joined' });
  const update = (x, rates) => {
    const { value, grads } = tf.variableGrads(() => forwardKl(flow(), x), parameters);
    const { gradients } = clipByGlobalNorm(
      parameters.map(({ name }) => grads[name]),
      50,
    );
    optimiser.update(gradients, rates);
    average.update();
    return value;
  };
  const state = [...namedParameters(flow.parameters).values(), ...optimiser.variables, ...average.variables];
  const step = compile(update, { state, xla, name: 'digits step' });
  const schedule = cosineSchedule({ learningRate: 2e-3, steps });
  let done = 0;
  const train = (count) => {
    for (const end = done + count; done < end; ) {
      const { stepSize, epsilon } = optimiser.rates(++done, schedule(done));
      const inputs = [draw(batch), { stepSize: tf.scalar(stepSize), epsilon: tf.scalar(epsilon) }];
      tf.dispose([inputs, step(...inputs)]);
    }
  };
  const score = (images) => {
    const draws = [1, 2, 3].map((name) => {
      const x = prepare(images, random.fork(`test ${name}`));
      const mean = tf.tidy(() => tf.mean(flow().logProb(x)).dataSync()[0]);
      x.dispose();
      return bitsPerDim(mean, pixels, { quantisation: levels });
    });
    return draws.reduce((total, value) => total + value, 0) / draws.length;
  };
  const bits = () => {
    average.swap();
    return { test: score(digits.slice(trained)), train: score(digits.slice(0, trained)) };
  };
  return { train, bits, parameters: parameters.reduce((total, { size }) => total + size, 0) };
}
