import { type Scalar, scalar, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { activeCapture, hookBackend } from '../compile/backend-hooks.ts';
import { boolAttribute, type NodeBackend, typeAttribute } from '../compile/node-backend.ts';
import { refreshTensor, resourceOf } from '../compile/resource-variables.ts';
import { nativeKernel } from './native-kernel.ts';

interface Inputs {
  readonly gradient: Tensor;
  readonly stepSize: Scalar;
  readonly epsilon: Scalar;
}

interface Attributes {
  readonly parameter: Variable;
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
  readonly beta1: number;
  readonly beta2: number;
}

/**
 * `ApplyAdam`: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, p -= stepSize m / (sqrt(v) + epsilon), in place on
 * the resources of the three variables. Bias correction is up to the caller, in `stepSize` and `epsilon`. It gives back nothing.
 */
export const applyAdam = nativeKernel<Inputs, Attributes>('ApplyAdam', ({ inputs, attrs, backend }) => {
  update(backend, inputs, attrs);
  return [];
});

function update(backend: NodeBackend, { gradient, stepSize, epsilon }: Inputs, attributes: Attributes): void {
  hookBackend(backend, refreshTensor);
  const { parameter, firstMoment, secondMoment, beta1, beta2 } = attributes;
  const variables = [parameter, firstMoment, secondMoment] as const;
  tidy(() => {
    const zero = scalar(0);
    const scalars = [zero, zero, stepSize, scalar(beta1), scalar(beta2), epsilon];
    const ids = backend.getInputTensorIds([...scalars, gradient]);
    const capture = activeCapture();
    if (capture)
      capture.variables.applyAdam(
        variables,
        ids.map((id) => capture.recording.idOf(id)),
      );
    else updateNow(backend, variables, ids);
  });
}

/** Inputs are the three variables, then beta1^t, beta2^t, step size, beta1, beta2, epsilon and the gradient. */
function updateNow(backend: NodeBackend, variables: readonly Variable[], rest: readonly number[]): void {
  const { binding } = backend;
  const resources = variables.map((variable) => resourceOf(backend, variable));
  for (const resource of resources) resource.assertFree(true);
  for (const resource of resources) resource.prepare(true);
  const attributes = [typeAttribute(binding, 'T', binding.TF_FLOAT), boolAttribute(binding, 'use_locking', false)];
  binding.executeOp('ResourceApplyAdam', attributes, [...resources.map(({ handle }) => handle), ...rest], 0);
}
