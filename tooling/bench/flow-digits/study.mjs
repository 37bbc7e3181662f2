// Trains a small Glow on the 8x8 digits and prints bits per dimension on the test images, uniform de-quantisation, mean of three draws.
// `node study.mjs [--seeds 0,1] [--xla]`, after `npm run build`.
import { parseArgs } from 'node:util';
import { useTensorFlow } from '@deflow/tensorflow';
import { digitsTraining, readDigits, steps } from './digits.mjs';

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '0,1' }, xla: { type: 'boolean', default: false } },
});
await useTensorFlow({ backend: 'native' });
const digits = readDigits();

console.log('seed\ttest bits/dim\ttrain\tseconds\tparameters');
for (const seed of values.seeds.split(',').map(Number)) {
  const training = digitsTraining({ seed, digits, xla: values.xla });
  const start = performance.now();
  training.train(steps);
  const seconds = (performance.now() - start) / 1000;
  const { test, train } = training.bits();
  console.log([seed, test.toFixed(3), train.toFixed(3), seconds.toFixed(1), training.parameters].join('\t'));
}
