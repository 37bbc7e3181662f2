// 1,500 training steps in as many parts as there are rounds after the first, which builds the model; then bits per dimension.
import { useTensorFlow } from '@deflow/tensorflow';
import { answer } from '../answer.mjs';
import { digitsTraining, readDigits } from './digits.mjs';

await useTensorFlow({ backend: 'native' });
let training;
let [done, seconds] = [0, 0];

await answer(
  async ({ seed, how, part }) => {
    if (!training) {
      training = digitsTraining({ seed, digits: readDigits(), xla: how === 'xla' });
      return [];
    }
    const start = performance.now();
    training.train(part);
    const ms = performance.now() - start;
    seconds += ms / 1000;
    done += part;
    return [ms];
  },
  ({ steps }) => {
    if (done < steps) return undefined;
    const { test } = training.bits();
    return `${test.toFixed(3)} bits/dim after ${done} steps in ${seconds.toFixed(1)} s`;
  },
);
