// Makes every kernel of the native backend run a second time, as a compiled function of its own, and compares the bits.
import { engine, getKernelsForBackend, registerKernel, Tensor, tidy, unregisterKernel } from '@tensorflow/tfjs-core';
import { activeCapture } from '../src/compile/backend-hooks.ts';
import { compile } from '../src/compile/compile.ts';
import { UnrepeatableFunctionError, ValueDependentShapeError } from '../src/compile/errors.ts';

/** Kernels that compute nothing, or change variables. */
const unchecked = new Set(['Identity', 'ApplyAdam']);

const asTensor = (info) => (info instanceof Tensor ? info : engine().makeTensorFromTensorInfo(info));

/** A tensor of its own with the data of an input, whose tensor may be disposed already. */
function shareData(backend, { dataId, shape, dtype }) {
  backend.incRef(dataId);
  return engine().makeTensorFromTensorInfo({ dataId, shape, dtype });
}

function bitsOf(backend, { dataId, dtype }) {
  const values = backend.readSync(dataId);
  if (dtype === 'string') return values.map((text) => Buffer.from(text).toString('base64')).join();
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** Runs the kernel compiled, on tensors with the same data as its inputs. */
function runCompiled({ kernelName, kernelFunc }, call, names) {
  const run = compile(
    (tensors) => {
      const inputs = Array.isArray(call.inputs) ? [...call.inputs] : { ...call.inputs };
      for (const [index, name] of names.entries()) inputs[name] = tensors[index];
      return [kernelFunc({ ...call, inputs })].flat().map(asTensor);
    },
    { name: kernelName },
  );
  try {
    return run(names.map((name) => shareData(call.backend, call.inputs[name])));
  } catch (error) {
    if (error instanceof ValueDependentShapeError || error instanceof UnrepeatableFunctionError) return undefined;
    throw error;
  } finally {
    run.dispose();
  }
}

function check(config, call, eager) {
  const names = Object.keys(call.inputs).filter((name) => call.inputs[name]?.dataId);
  if (names.length === 0 || names.some((name) => engine().state.tensorInfo.get(call.inputs[name].dataId) === undefined))
    return;
  const expected = [eager].flat().map((output) => bitsOf(call.backend, output));
  tidy(() => {
    const results = runCompiled(config, call, names);
    results?.forEach((result, index) => {
      if (bitsOf(call.backend, result) !== expected[index]) {
        throw new Error(`${config.kernelName} gives ${result.dataSync().slice(0, 8)} when it is compiled.`);
      }
    });
  });
}

export function checkCaptures() {
  for (const config of [...getKernelsForBackend('tensorflow')]) {
    if (unchecked.has(config.kernelName)) continue;
    unregisterKernel(config.kernelName, 'tensorflow');
    registerKernel({
      ...config,
      kernelFunc: (call) => {
        const eager = config.kernelFunc(call);
        if (!activeCapture() && !engine().state.profiling) check(config, call, eager);
        return eager;
      },
    });
  }
}
