// What our sides of the DeFlow benchmarks share: the model, the check and the peak of memory.
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createDeFlow, importReleased, presets, releasedLayout } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import { trainableParameters } from '@deflow/nn';
import * as tf from '@tensorflow/tfjs-core';
import { formulaWeights } from './formula.mjs';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc');

/** The preset's model with formula weights. */
export function build(preset, options = {}) {
  const config = presets[preset].model;
  const model = createDeFlow({ config, random: createRandom(1), ...options });
  const tensors = releasedLayout(config).map(({ key, shape }) => [
    key,
    { type: 'float32', shape, data: formulaWeights(key, shape) },
  ]);
  importReleased(model, new Map(tensors));
  return model;
}

/** [batch, channels, height, width] of a sine of the flat index, as [batch, height, width, channels]. */
export const wave = ([batch, channels, height, width], start, step, { size = 0.4, centre = 0.5 } = {}) =>
  tf.tidy(() => {
    const count = batch * channels * height * width;
    const values = Float32Array.from({ length: count }, (_, i) => centre + size * Math.sin(start + step * i));
    return tf.transpose(tf.tensor4d(values, [batch, channels, height, width]), [0, 2, 3, 1]);
  });

/** Bits per pixel of a clean and a degraded formula image, and the norm of the mean's gradient: both sides must give the same. */
export function check(model) {
  const { reduction } = model.config.conditioning;
  return tf.tidy(() => {
    const reduced = wave([2, 3, 16 / reduction, 24 / reduction], 0.2, 0.3);
    const images = wave([2, 3, 16, 24], 0.1, 0.3);
    let bits;
    const { grads } = tf.variableGrads(() => {
      const features = model.featuresOfReduced(reduced, tf.zerosLike(reduced));
      const density = model.logDensity(images, tf.tensor1d([0, 1]), features);
      bits = tf.keep(tf.mul(density, -1 / (Math.LN2 * 16 * 24)));
      return tf.mean(bits);
    }, trainableParameters(model.parameters));
    const norms = Object.values(grads).map((each) => tf.norm(each).dataSync()[0]);
    const values = [...bits.dataSync(), Math.hypot(...norms)];
    bits.dispose();
    return values;
  });
}

/** From now on `peakMB` counts. */
export function restartPeak() {
  collectGarbage();
  writeFileSync('/proc/self/clear_refs', '5');
}

/** Peak resident memory of this process in MB since `restartPeak`. */
export const peakMB = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
