import { clone, customGrad, engine, getBackend, getKernel, type NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import type { Context } from '../flow-layer.ts';

/**
 * `tensor` again, but what a compiled graph makes of it waits for all `signals`: the graph would otherwise rebuild all activations at
 * once. Backends without graphs compute in the program's order and have no such kernel.
 */
export function notBefore(tensor: Tensor, signals: readonly Tensor[]): Tensor {
  if (!getKernel('NotBefore', getBackend())) return clone(tensor);
  return engine().runKernel('NotBefore', { tensor }, { signals } as unknown as NamedAttrMap);
}

/** The same of all tensors of a context; has gradients. */
export function contextNotBefore(context: Context, signals: readonly Tensor[]): Context {
  if (signals.length === 0) return context;
  if (context instanceof Tensor) {
    const wait = customGrad((x) => ({ value: notBefore(x as Tensor, signals), gradFunc: (dy: Tensor) => dy }));
    return wait(context);
  }
  if (Array.isArray(context)) return context.map((each: Context) => contextNotBefore(each, signals));
  return Object.fromEntries(
    Object.entries(context).map(([name, each]) => [name, contextNotBefore(each as Context, signals)]),
  );
}
