// The published models' training step as `trainDeFlow` runs it: from the moment that its batch is there to its report.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { presets, trainDeFlow } from '@deflow/degradation';
import { compile, useTensorFlow } from '@deflow/tensorflow';
import { answer } from '../answer.mjs';
import { build, peakMB, restartPeak } from '../deflow-model/process.mjs';

await useTensorFlow({ backend: 'native' });

/** A training that does as many steps as it is asked for. */
function startTraining({ preset, batch, size, precision, backprop }) {
  const model = build(preset, { backprop });
  restartPeak();
  let begin;
  let start;
  let report;
  /** Steps wait until they are asked for. */
  const compileWithGate = (fn, options) => {
    const compiled = compile(fn, options);
    const gated = async (...inputs) => {
      await new Promise((resolve) => (begin = resolve));
      start = performance.now();
      return compiled.async(...inputs);
    };
    return Object.assign((...inputs) => compiled(...inputs), { async: gated, dispose: () => compiled.dispose() });
  };
  const nextBatch = (random) => {
    const patches = (count) => random.uniforms(count * size * size * 3);
    return { clean: patches(Math.floor(batch / 2)), degraded: patches(Math.ceil(batch / 2)), size };
  };
  const ended = trainDeFlow({
    model,
    nextBatch,
    recipe: { ...presets[preset].training, learningRate: 1e-5, patchSize: size },
    seed: 1,
    compile: compileWithGate,
    precision,
    onProgress: () => report(performance.now() - start),
  });
  ended.catch((error) => {
    console.error(error);
    process.exit(1);
  });
  const step = async () => {
    const done = new Promise((resolve) => (report = resolve));
    // The training comes to the gate after its last report.
    while (!begin) await new Promise((resolve) => setTimeout(resolve));
    const open = begin;
    begin = undefined;
    open();
    return done;
  };
  return step;
}

/** What both sides must agree on, found by a process of its own: what it leaves behind is no part of a training's memory. */
function check({ preset, backprop }) {
  const program = fileURLToPath(new URL('./check.mjs', import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [program, preset, backprop], { encoding: 'utf8' }));
}

let step;
await answer(async (request) => {
  const checked = step ? {} : { check: check(request) };
  step ??= startTraining(request);
  const ms = [];
  for (let i = 0; i < request.repeats; i++) ms.push(await step());
  return { ms, peakMB: peakMB(), ...checked };
});
