// `node check.mjs PRESET BACKPROP`: prints what the model with formula weights finds, a JSON array.
import { useTensorFlow } from '@deflow/tensorflow';
import { build, check } from '../deflow-model/process.mjs';

const [preset, backprop] = process.argv.slice(2);
await useTensorFlow({ backend: 'native' });
console.log(JSON.stringify(check(build(preset, { backprop }))));
