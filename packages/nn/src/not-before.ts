import { clone, engine, getBackend, getKernel, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';

/**
 * `tensor` again, but what a compiled graph makes of it waits for all `signals`: a graph computes everything as early as it can, and
 * keeps it until it is needed. Backends without graphs compute in the program's order and have no such kernel.
 */
export function notBefore(tensor: Tensor, signals: readonly Tensor[]): Tensor {
  if (!getKernel('NotBefore', getBackend())) return clone(tensor);
  return engine().runKernel('NotBefore', { tensor }, { signals } as unknown as NamedAttrMap);
}
