// 1,500 training steps in as many parts as there are rounds after the first, which builds the model; then bits per dimension.
// `whole` works report the time of all steps together, with recording and compilation; `cache` says where XLA finds compiled functions:
// nowhere (`cold`), or in what an earlier process kept (`warm`).
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { useTensorFlow } from '@deflow/tensorflow';
import { answer } from '../answer.mjs';
import { digitsTraining, readDigits } from './digits.mjs';

let training;
let [done, seconds] = [0, 0];

async function start({ seed, how, cache = 'cold' }) {
  await useTensorFlow({ backend: 'native', xlaCache: cache === 'warm' });
  return digitsTraining({ seed, digits: readDigits(), xla: how === 'xla' });
}

const [earlier] = process.argv.slice(2);
if (earlier) (await start(JSON.parse(earlier))).train(1);
else
  await answer(
    async ({ part, whole, steps, ...request }) => {
      if (!training) {
        if (request.cache === 'warm')
          spawnSync(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(request)], { stdio: 'inherit' });
        training = await start(request);
        return [];
      }
      const began = performance.now();
      training.train(part);
      const ms = performance.now() - began;
      seconds += ms / 1000;
      done += part;
      if (whole) return done < steps ? [] : [1000 * seconds];
      return [ms];
    },
    ({ steps }) => {
      if (done < steps) return undefined;
      const { test } = training.bits();
      return `${test.toFixed(3)} bits/dim after ${done} steps in ${seconds.toFixed(1)} s`;
    },
  );
