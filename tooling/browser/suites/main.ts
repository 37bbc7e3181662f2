import { registerWasmTrainingKernels } from '@deflow/tensorflow/wasm';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { type PageTest, tests } from './vitest-in-page.ts';

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
});

const files = import.meta.glob([
  '../../../packages/{flows,images}/src/**/*.conformance.test.ts',
  '../../../packages/nn/src/pointwise.conformance.test.ts',
]);

interface Job {
  readonly backend: 'wasm' | 'webgl';
  /** Runs the suite of the metrics in place of those of flows and images. */
  readonly metrics?: boolean;
  /** A regular expression: the suites whose paths match it; all of them unless given. */
  readonly suites?: string;
  /** Regular expressions: tests whose names match the first and not the second run. */
  readonly only?: string;
  readonly except?: string;
  /** `[1, 2]` runs every second group of them, from the second on. */
  readonly part?: readonly [number, number];
}

interface Outcome {
  readonly name: string;
  /** Empty for a test that passed. */
  readonly error: string;
}

async function runAll(chosen: readonly PageTest[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, run } of chosen) {
    tf.engine().startScope();
    const error = await Promise.resolve()
      .then(run)
      .then(
        () => '',
        (failure: Error) => failure.message || String(failure),
      );
    tf.engine().endScope();
    outcomes.push({ name, error });
  }
  return outcomes;
}

async function runSuites({ suites = '', only = '', except = '^$', part = [0, 1] }: Job): Promise<Outcome[]> {
  for (const [path, load] of Object.entries(files)) if (new RegExp(suites).test(path)) await load();
  const chosen = tests.filter(({ name }) => new RegExp(only).test(name) && !new RegExp(except).test(name));
  const groupOf = ({ name }: PageTest) => name.split(' > ')[0];
  const groups = [...new Set(chosen.map(groupOf))];
  return runAll(chosen.filter((test) => groups.indexOf(groupOf(test)) % part[1] === part[0]));
}

async function runMetrics({ only = '' }: Job): Promise<Outcome[]> {
  const { metricsCases } = await import('../../../packages/metrics/test/conformance/suite.ts');
  return runAll(metricsCases.filter(({ name }) => new RegExp(only).test(name)));
}

async function runCheck(job: Job): Promise<Outcome[]> {
  // Small tensors would otherwise be computed in JavaScript.
  if (job.backend === 'webgl') tf.env().set('WEBGL_CPU_FORWARD', false);
  if (job.backend === 'wasm') registerWasmTrainingKernels();
  await tf.setBackend(job.backend);
  const outcomes = job.metrics ? await runMetrics(job) : await runSuites(job);
  const backend = tf.getBackend();
  return [...outcomes, { name: 'the backend stays', error: backend === job.backend ? '' : `${backend} took over` }];
}

Object.assign(globalThis, { runCheck });
