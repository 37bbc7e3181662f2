import { clone, engine, getBackend, getKernel, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';

/**
 * `tensor` again, but what a compiled graph makes of it waits for all `signals`: the graph would otherwise rebuild all activations at
 * once. Backends without graphs compute in the program's order and have no such kernel.
 */
export function notBefore(tensor: Tensor, signals: readonly Tensor[]): Tensor {
  if (!getKernel('NotBefore', getBackend())) return clone(tensor);
  return engine().runKernel('NotBefore', { tensor }, { signals } as unknown as NamedAttrMap);
}
