// What the ways to remember activations cost: 32 Glow steps, forward and backward, one process per way. Prints the peak of resident
// memory above that before the first step, the median time of a step, and the largest difference from the tape's gradients, relative to
// the largest gradient. `node study.mjs [--eager]`, after `npm run build`.
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { eager: { type: 'boolean', default: false }, mode: { type: 'string' } } });
const self = fileURLToPath(import.meta.url);

const status = (key) =>
  Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;

async function measure(backprop) {
  const { actNorm, affineCoupling, boundedScale, couplingNetwork, invertibleConv1x1, sequential } = await import(
    '@deflow/flows'
  );
  const { randomizeParameters } = await import('@deflow/flows/conformance');
  const { createRandom } = await import('@deflow/images');
  const { namedParameters, trainableParameters } = await import('@deflow/nn');
  const { compile, useTensorFlow } = await import('@deflow/tensorflow');
  const tf = await import('@tensorflow/tfjs-core');
  await useTensorFlow({ backend: 'native' });

  const [depth, batch, size, channels] = [32, 4, 64, 12];
  const random = createRandom('memory');
  const step = () =>
    sequential({
      actNorm: actNorm({ channels }),
      conv1x1: invertibleConv1x1({ channels, random }),
      coupling: affineCoupling({
        channels,
        scale: boundedScale.tanh(1),
        network: couplingNetwork({ inputChannels: 6, outputChannels: 12, hiddenChannels: 64, random }),
      }),
    });
  const flow = sequential(Array.from({ length: depth }, step), { backprop });
  randomizeParameters(flow.parameters, random, 0.02);
  const parameters = trainableParameters(flow.parameters);
  const x = tf.tensor(random.normals(batch * size * size * channels), [batch, size, size, channels]);
  const gradients = (x) => {
    const loss = () => {
      const { z, logDet } = flow.forward(x);
      return tf.mean(tf.sub(tf.sum(tf.square(z), [1, 2, 3]), logDet));
    };
    const { grads } = tf.variableGrads(loss, parameters);
    return parameters.map(({ name }) => grads[name]);
  };
  const run = values.eager
    ? (x) => tf.tidy(() => gradients(x))
    : compile(gradients, { state: [...namedParameters(flow.parameters).values()], name: backprop });
  const before = status('VmRSS');
  const times = [];
  let results = [];
  for (let round = 0; round < 6; round++) {
    const start = performance.now();
    const found = run(x);
    results = found.map((gradient) => Array.from(gradient.dataSync()));
    times.push(performance.now() - start);
    tf.dispose(found);
  }
  times.shift();
  return { peak: status('VmHWM') - before, time: times.sort((a, b) => a - b)[2], gradients: results };
}

const inOwnProcess = (mode) =>
  new Promise((resolve, reject) => {
    const child = fork(self, ['--mode', mode, ...(values.eager ? ['--eager'] : [])]);
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${mode} ended with code ${code}`)));
  });

if (values.mode) {
  process.send(await measure(values.mode), () => process.exit(0));
} else {
  console.log(`${values.eager ? 'eager' : 'compiled'}\tpeak MB\tms\tgradient error`);
  let tape;
  for (const mode of ['tape', 'checkpoint', 'invertible']) {
    const found = await inOwnProcess(mode);
    tape ??= found;
    const largest = tape.gradients.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const errors = found.gradients.flatMap((list, i) => list.map((value, j) => Math.abs(value - tape.gradients[i][j])));
    const error = errors.reduce((worst, value) => Math.max(worst, value), 0) / largest;
    console.log([mode, found.peak.toFixed(1), found.time.toFixed(0), error.toExponential(1)].join('\t'));
  }
}
