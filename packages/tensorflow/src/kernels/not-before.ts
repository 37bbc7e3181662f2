import { clone, type Tensor } from '@tensorflow/tfjs-core';
import { activeCapture } from '../compile/backend-hooks.ts';
import { nativeKernel } from './native-kernel.ts';

interface Inputs {
  readonly tensor: Tensor;
}

interface Attributes {
  readonly signals: readonly Tensor[];
}

/**
 * `NotBefore`: gives back `tensor`. Whatever a compiled function makes of the result waits until all `signals` have been computed;
 * otherwise a graph computes everything as early as it can and keeps it until it is needed. Without a graph the order is the program's.
 */
export const notBefore = nativeKernel<Inputs, Attributes>('NotBefore', ({ inputs, attrs, backend }) => {
  const capture = activeCapture();
  if (!capture) return clone(inputs.tensor);
  const { recording } = capture;
  const [tensor, ...signals] = backend
    .getInputTensorIds([inputs.tensor, ...attrs.signals])
    .map((id) => recording.idOf(id));
  const type = backend.getDTypeInteger(inputs.tensor.dtype);
  return recording.symbol(backend, recording.notBefore(tensor!, type, signals));
});
