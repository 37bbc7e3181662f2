import { notBefore } from '@deflow/nn';
import { customGrad, Tensor } from '@tensorflow/tfjs-core';
import type { Context } from '../flow-layer.ts';

/** `notBefore` of all tensors of a context; has gradients. */
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
