// A translation as a user asks for it: image in, images out; `first` sample, or each `further` one of the same image.
import { createTranslator } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import { compile, useTensorFlow } from '@deflow/tensorflow';
import * as tf from '@tensorflow/tfjs-core';
import { answer } from '../answer.mjs';
import { build, peakMB, restartPeak, wave } from '../deflow-model/process.mjs';

await useTensorFlow({ backend: 'native' });

/** The first pixels of a formula image with given noise: both sides must give the same. */
function check(model) {
  const { reduction } = model.config.conditioning;
  return tf.tidy(() => {
    const images = wave([1, 3, 16, 24], 0.1, 0.3);
    const reduced = wave([1, 3, 16 / reduction, 24 / reduction], 0.2, 0.3);
    const features = model.prepare(model.featuresOfReduced(reduced, tf.zerosLike(reduced)));
    const { latents } = model.encode(images, features);
    const noise = latents.map(({ shape: [batch, height, width, channels] }) =>
      wave([batch, channels, height, width], 0, 0.9, { size: 0.5, centre: 0 }),
    );
    const degraded = tf.clipByValue(model.degradeAnalysed({ latents, features }, noise), 0, 1);
    return [...tf.slice(degraded, [0, 0, 0, 0], [1, 1, 8, 1]).dataSync()];
  });
}

let translator;
let checked;
await answer(async ({ preset, task, height, width, repeats, tileSize }) => {
  const isFirst = !translator;
  if (isFirst) {
    const model = build(preset);
    checked = check(model);
    translator = createTranslator(model, { compile, ...(tileSize && { tileSize }) });
    restartPeak();
  }
  const ms = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const image = { width, height, channels: 3, data: createRandom(repeat).uniforms(3 * width * height) };
    const translate = async (samples) => {
      const start = performance.now();
      await translator.degrade(image, { samples, seed: repeat });
      return performance.now() - start;
    };
    const first = await translate(1);
    ms.push(task === 'first' ? first : ((await translate(3)) - first) / 2);
  }
  return { ms, peakMB: peakMB(), ...(isFirst && { check: checked }) };
});
