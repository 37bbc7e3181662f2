// `node check.mjs PRESET`: the first pixels of a translated formula image with given noise, a JSON array.
import { useTensorFlow } from '@deflow/tensorflow';
import * as tf from '@tensorflow/tfjs-core';
import { build, wave } from '../deflow-model/process.mjs';

await useTensorFlow({ backend: 'native' });
const model = build(process.argv[2]);
const { reduction } = model.config.conditioning;
const pixels = tf.tidy(() => {
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
console.log(JSON.stringify(pixels));
