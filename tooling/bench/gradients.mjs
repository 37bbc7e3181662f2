// What each fast gradient gains: forward and backward of one operation, eager, with TensorFlow.js's composition (the kernel that the
// fast gradient needs is taken away for it) and with TensorFlow's own. `node tooling/bench/gradients.mjs`, after `npm run build`.
import { registerExactMirrorPadGradient, useTensorFlow } from '@deflow/tensorflow';
import * as tf from '@tensorflow/tfjs-core';

await useTensorFlow({ backend: 'native' });
registerExactMirrorPadGradient();
const [rounds, repeats] = [9, 3];

const x = tf.randomNormal([4, 64, 64, 64], 0, 1, 'float32', 1);
const vectors = [2, 3, 4, 5].map((seed) => tf.abs(tf.randomNormal([64], 0, 1, 'float32', seed)));
const works = [
  ['relu', 'ReluGrad', (x) => tf.relu(x)],
  ['relu6', 'Relu6Grad', (x) => tf.relu6(x)],
  ['leakyRelu', 'LeakyReluGrad', (x) => tf.leakyRelu(x, 0.2)],
  ['tanh', 'TanhGrad', (x) => tf.tanh(x)],
  ['sigmoid', 'SigmoidGrad', (x) => tf.sigmoid(x)],
  ['softplus', 'SoftplusGrad', (x) => tf.softplus(x)],
  ['sum', 'BroadcastTo', (x) => tf.sum(x)],
  ['mean over pixels', 'BroadcastTo', (x) => tf.mean(x, [1, 2])],
  ['tile 1x2x2x1', 'BroadcastTo', (x) => tf.tile(x, [1, 2, 2, 1])],
  ['batchNorm', 'FusedBatchNormGrad', (x, ...v) => tf.batchNorm4d(x, v[0], v[1], v[2], v[3])],
  [
    'mirrorPad',
    'MirrorPadGrad',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        'reflect',
      ),
  ],
];

/** Median milliseconds of each way, measured in turn. */
function compare(kernelName, op, inputs) {
  const dy = tf.tidy(() => tf.onesLike(op(...inputs)));
  const kernel = tf.getKernel(kernelName, 'tensorflow');
  const time = () => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++)
      tf.tidy(
        () =>
          void tf
            .grads(op)(inputs, dy)
            .map((gradient) => tf.slice(gradient, 0, 1).dataSync()),
      );
    return (performance.now() - start) / repeats;
  };
  const times = { composed: [], fast: [] };
  for (let round = 0; round < rounds; round++) {
    times.fast.push(time());
    tf.unregisterKernel(kernelName, 'tensorflow');
    times.composed.push(time());
    tf.registerKernel(kernel);
  }
  dy.dispose();
  const median = (list) => list.slice(1).sort((a, b) => a - b)[list.length >> 1];
  return [median(times.composed), median(times.fast)];
}

console.log(['gradient of', 'TensorFlow.js ms', 'ours ms', 'gain'].join('\t'));
for (const [name, kernelName, op] of works) {
  const inputs = op.length > 1 || name === 'batchNorm' ? [x, ...vectors] : [x];
  const [composed, fast] = compare(kernelName, op, inputs);
  console.log([name, composed.toFixed(1), fast.toFixed(1), `${(composed / fast).toFixed(2)}x`].join('\t'));
}
