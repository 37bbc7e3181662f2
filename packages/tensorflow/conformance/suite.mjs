// The entry of the bundle: starts a backend, runs the suite on it with jasmine, writes the outcome of every case to a file. Some cases share a name.
//   node bundle.mjs BACKEND OURS|PLAIN|CAPTURED OUTCOMES
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { neg, ready, scalar, setBackend, tidy } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { setTestEnvs } from '@tensorflow/tfjs-core/dist/jasmine_util';
import Jasmine from 'jasmine';
import { compile } from '../src/compile/compile.ts';
import { useTensorFlow } from '../src/use-tensorflow.ts';
import { checkCaptures } from './check-captures.mjs';

const [backend, kernels, outcomeFile] = process.argv.slice(2);
const name = backend === 'native' ? 'tensorflow' : backend;

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
if (kernels === 'PLAIN') await setBackend(name);
else await useTensorFlow({ backend });
await ready();
// Compiling changes how the backend treats tensors from then on: the suite runs on what users have.
if (kernels !== 'PLAIN') tidy(() => compile((x) => neg(x))(scalar(1)));
setTestEnvs([{ name: `test-${name}`, backendName: name, flags: {}, isDataSync: true }]);

const jasmine = new Jasmine();
jasmine.exitOnCompletion = false;
jasmine.env.clearReporters();
const outcomes = [];
jasmine.env.addReporter({
  specDone({ fullName, status, failedExpectations: [failure] }) {
    outcomes.push({ name: fullName, status, message: failure?.message });
  },
});
// Cases of the environments that a file registers for itself (test-cpu and the like) belong to other backends.
const isForeign = (fullName) => / test-/.test(fullName) && !fullName.includes(`test-${name}`);
jasmine.env.configure({
  random: false,
  specFilter: (spec) => !isForeign(spec.getFullName()) && !isIgnored(spec.getFullName()),
});

const { ignored } = JSON.parse(process.env.DEFLOW_SUITE ?? '{"ignored":[]}');
function isIgnored(fullName) {
  return ignored.some((part) => fullName.includes(part));
}

if (kernels === 'CAPTURED') checkCaptures();
await import('@tensorflow/tfjs-core/dist/tests');
await jasmine.env.execute();
writeFileSync(outcomeFile, JSON.stringify(outcomes));
process.exit(0);
