// The small recipe's training step as `trainDeFlow` runs it, from one progress report to the next: drawing the batch's noise included.
import { createDeFlow, small, trainDeFlow } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import { compile, useTensorFlow } from '@deflow/tensorflow';
import { answer } from '../answer.mjs';

await useTensorFlow({ backend: 'native' });
const warmUp = 3;

await answer(async ({ batch, patch, repeats }) => {
  const random = createRandom(1);
  const model = createDeFlow({ config: small.model, random });
  const nextBatch = (stream) => {
    const patches = () => stream.uniforms((batch / 2) * patch * patch * 3);
    return { clean: patches(), degraded: patches(), size: patch };
  };
  const times = [];
  await trainDeFlow({
    model,
    nextBatch,
    recipe: { ...small.training, steps: repeats + warmUp },
    seed: 1,
    compile,
    onProgress: () => times.push(performance.now()),
  });
  model.dispose?.();
  return times
    .slice(1)
    .map((time, index) => time - times[index])
    .slice(warmUp - 1);
});
