import { engine, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { floatsOf, type WasmBackend } from '../backend.ts';
import { trainingKernel } from '../training-kernel.ts';

interface Inputs {
  readonly gradient: Tensor;
  readonly stepSize: Tensor;
  readonly epsilon: Tensor;
}

interface Attributes {
  readonly parameter: Variable;
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
  readonly beta1: number;
  readonly beta2: number;
}

/**
 * Adam on one variable in one pass and in place: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
 * p -= stepSize m / (sqrt(v) + epsilon), with stepSize and epsilon as scalars.
 */
export const applyAdam = trainingKernel<Inputs, Attributes>('ApplyAdam', ({ inputs, attrs, backend }) => {
  const { parameter, firstMoment, secondMoment, beta1, beta2 } = attrs;
  for (const variable of [parameter, firstMoment, secondMoment]) makeUnshared(backend, variable);
  const stepSize = floatsOf(backend, inputs.stepSize)[0]!;
  const epsilon = floatsOf(backend, inputs.epsilon)[0]!;
  const gradients = floatsOf(backend, inputs.gradient);
  const parameters = floatsOf(backend, parameter);
  const first = floatsOf(backend, firstMoment);
  const second = floatsOf(backend, secondMoment);
  for (let index = 0; index < gradients.length; index++) {
    const gradient = gradients[index]!;
    const m = beta1 * first[index]! + (1 - beta1) * gradient;
    const v = beta2 * second[index]! + (1 - beta2) * gradient * gradient;
    first[index] = m;
    second[index] = v;
    parameters[index]! -= (stepSize * m) / (Math.sqrt(v) + epsilon);
  }
  return [];
});

/** Gives the variable numbers of its own if other tensors, such as a clone, have the same. */
function makeUnshared(backend: WasmBackend, variable: Variable): void {
  if (backend.refCount(variable.dataId) <= 1) return;
  tidy(() => {
    const copy = backend.makeOutput(variable.shape, 'float32');
    floatsOf(backend, copy).set(floatsOf(backend, variable));
    variable.assign(engine().makeTensorFromTensorInfo(copy));
  });
}
