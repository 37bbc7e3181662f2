// A translation as a user asks for it: image in, images out; `first` sample, or each `further` one of the same image.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createTranslator } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import { compile, useTensorFlow } from '@deflow/tensorflow';
import { answer } from '../answer.mjs';
import { build, peakMB, restartPeak } from '../deflow-model/process.mjs';

await useTensorFlow({ backend: 'native' });

/** What both sides must agree on, found by a process of its own: what it leaves behind is no part of a translation's memory. */
function check(preset) {
  const program = fileURLToPath(new URL('./check.mjs', import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [program, preset], { encoding: 'utf8' }));
}

let translator;
let checked;
await answer(async ({ preset, task, height, width, repeats, tileSize }) => {
  const isFirst = !translator;
  if (isFirst) {
    const model = build(preset);
    checked = check(preset);
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
