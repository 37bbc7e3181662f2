// What the ways to remember activations cost: 32 Glow steps, forward and backward. `node study.mjs [--eager] [--size N] [--every N] [--activation silu]`,
// after `npm run build`.
// Every way has two processes. One measures memory, with a malloc that gives freed tensors back at once: the peak of a later step above
// what the process holds between steps (activations, gradients and scratch memory), and above what it held before the first step
// (with the graph and everything else; TensorFlow's code is there already, read for a gradient of a few pixels). The other measures
// time with TensorFlow's usual allocator, which keeps what it once had, the peak over the start with that one, and gives the
// gradients: their difference from the tape's is printed in the norm over all of them and at the worst element, relative to the largest.
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    eager: { type: 'boolean', default: false },
    mode: { type: 'string' },
    measure: { type: 'string' },
    only: { type: 'string', default: 'tape,checkpoint,invertible' },
    depth: { type: 'string', default: '32' },
    size: { type: 'string', default: '32' },
    every: { type: 'string', default: '8' },
    activation: { type: 'string', default: 'relu' },
    rounds: { type: 'string', default: '7' },
  },
});
const self = fileURLToPath(import.meta.url);

const megabytes = (key) =>
  Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;

const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

async function gradientsOf(backprop) {
  const {
    actNorm,
    affineCoupling,
    boundedScale,
    couplingNetwork,
    invertibleConv1x1,
    reconstructionErrors,
    sequential,
  } = await import('@deflow/flows');
  const { randomizeParameters } = await import('@deflow/flows/conformance');
  const { createRandom } = await import('@deflow/images');
  const { namedParameters, trainableParameters } = await import('@deflow/nn');
  const { compile, useTensorFlow } = await import('@deflow/tensorflow');
  const tf = await import('@tensorflow/tfjs-core');
  await useTensorFlow({ backend: 'native' });

  const [batch, size, channels] = [4, Number(values.size), 12];
  const random = createRandom('memory');
  const step = () =>
    sequential({
      actNorm: actNorm({ channels }),
      conv1x1: invertibleConv1x1({ channels, random }),
      coupling: affineCoupling({
        channels,
        scale: boundedScale.tanh(1),
        network: couplingNetwork({
          inputChannels: 6,
          outputChannels: 12,
          hiddenChannels: 64,
          activation: values.activation,
          random,
        }),
      }),
    });
  const flow = sequential(Array.from({ length: Number(values.depth) }, step), {
    backprop,
    exactEvery: Number(values.every),
  });
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
  const fewPixels = tf.slice(x, [0, 0, 0, 0], [1, 2, 2, channels]);
  tf.dispose([fewPixels, tf.tidy(() => gradients(fewPixels))]);
  const run = values.eager
    ? () => tf.tidy(() => gradients(x))
    : compile(gradients, { state: [...namedParameters(flow.parameters).values()], name: backprop });
  const restored = async () =>
    Math.max(...(await reconstructionErrors(flow, x, { exactEvery: Number(values.every) })).values());
  return { run: () => run(x), restored };
}

const settle = async (run) => {
  for (const gradient of run()) {
    gradient.dataSync();
    gradient.dispose();
  }
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 50));
};

/** What the process holds; peaks are counted from here. */
function startCounting() {
  globalThis.gc?.();
  writeFileSync('/proc/self/clear_refs', '5');
  return megabytes('VmRSS');
}

async function measureMemory(backprop) {
  const { run } = await gradientsOf(backprop);
  const start = startCounting();
  await settle(run);
  await settle(run);
  const between = megabytes('VmRSS');
  const whole = megabytes('VmHWM') - start;
  startCounting();
  await settle(run);
  await settle(run);
  return { step: megabytes('VmHWM') - between, whole };
}

async function measureTime(backprop) {
  const { run, restored } = await gradientsOf(backprop);
  const start = startCounting();
  await settle(run);
  const times = [];
  let gradients;
  for (let round = 0; round < Number(values.rounds); round++) {
    const begin = performance.now();
    const found = run();
    const read = found.map((gradient) => gradient.dataSync());
    times.push(performance.now() - begin);
    gradients = read;
    for (const gradient of found) gradient.dispose();
  }
  const usual = megabytes('VmHWM') - start;
  gradients = gradients.map((list) => Array.from(list));
  return { time: median(times), gradients, usual, restored: backprop === 'invertible' ? await restored() : 0 };
}

const inOwnProcess = (mode, measure, env = {}) =>
  new Promise((resolve, reject) => {
    const same = [
      '--depth',
      values.depth,
      '--size',
      values.size,
      '--every',
      values.every,
      '--activation',
      values.activation,
      '--rounds',
      values.rounds,
      ...(values.eager ? ['--eager'] : []),
    ];
    const child = fork(self, ['--mode', mode, '--measure', measure, ...same], {
      env: { ...process.env, ...env },
      execArgv: ['--expose-gc'],
    });
    child.once('message', resolve);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${mode} ended with code ${code}`)));
  });

if (values.mode) {
  const measure = values.measure === 'time' ? measureTime : measureMemory;
  process.send(await measure(values.mode), () => process.exit(0));
} else {
  const how = `${values.eager ? 'eager' : 'compiled'}, [4, ${values.size}, ${values.size}, 12], ${values.depth} steps`;
  const columns = [
    'a step: activations, gradients, scratch; MB',
    "of the tape's",
    'all since before the first step: also the graph; MB',
    "of the tape's",
    'all, usual allocator; MB',
    "of the tape's",
    'ms',
    "of the tape's",
    'gradient error',
    'largest error',
    'reconstruction error',
  ];
  console.log([how, ...columns].join('\t'));
  let tape;
  for (const mode of values.only.split(',')) {
    const { step, whole } = await inOwnProcess(mode, 'memory', {
      MALLOC_MMAP_THRESHOLD_: '65536',
      TF_ONEDNN_USE_SYSTEM_ALLOCATOR: '1',
    });
    const { time, gradients, usual, restored } = await inOwnProcess(mode, 'time');
    tape ??= { step, whole, usual, time, gradients };
    const wanted = tape.gradients.flat();
    const errors = gradients.flat().map((value, i) => value - wanted[i]);
    const norm = (list) => Math.sqrt(list.reduce((total, value) => total + value * value, 0));
    const largest = (list) => list.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const found = [norm(errors) / norm(wanted), largest(errors) / largest(wanted), restored];
    const part = (key, value) => `1/${(tape[key] / value).toFixed(1)}`;
    const memory = Object.entries({ step, whole, usual }).flatMap(([key, value]) => [
      value.toFixed(1),
      part(key, value),
    ]);
    const cells = [mode, ...memory, time.toFixed(0), (time / tape.time).toFixed(2)];
    console.log([...cells, ...found.map((error) => error.toExponential(1))].join('\t'));
  }
}
