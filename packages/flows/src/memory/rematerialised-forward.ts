import { add, concat, customGrad, expandDims, reshape, slice, Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import type { Context, Forward } from '../flow-layer.ts';
import { type Link, reverseChain, tensorsIn, watchedBy } from './reverse-layer.ts';

/** How activations that the gradient needs come back: from inputs that were kept, or from the output through the inverses. */
export type Rematerialisation = 'checkpoint' | 'invertible';

/**
 * `forward` of a chain whose gradient keeps no activations but the layers' inputs (`checkpoint`) or the chain's output
 * (`invertible`, RevNet of Gomez et al. 2017) and computes the others again, layer after layer from the end.
 */
export function rematerialisedForward(links: readonly Link[], x: Tensor, mode: Rematerialisation): Forward {
  const watched = [...new Set(links.flatMap(({ layer, context }) => watchedBy(layer, context)))];
  // Those that were computed for this call may be gone by the time of the gradient.
  const contexts = [...new Set(links.flatMap(({ context }) => tensorsIn(context)))];
  const batch = x.shape[0];
  let zShape: number[] = [];

  const packed = customGrad((...inputs) => {
    const save = inputs[inputs.length - 1] as unknown as (tensors: Tensor[]) => void;
    const kept: Tensor[] = [];
    let value = inputs[0] as Tensor;
    let total: Tensor1D | undefined;
    for (const { layer, context } of links) {
      if (mode === 'checkpoint') kept.push(value);
      const previous = value;
      const { z, logDet } = layer.forward(value, context);
      if (mode === 'invertible' && previous !== inputs[0] && previous !== z) previous.dispose();
      value = z;
      total = total ? (add(total, logDet) as Tensor1D) : logDet;
    }
    zShape = value.shape;
    save([...(mode === 'invertible' ? [value] : kept), ...contexts]);
    const gradFunc = (incoming: Tensor, saved: Tensor[]) => {
      const size = incoming.size / batch - 1;
      const dLogDet = reshape(slice(incoming, [0, size], [batch, 1]), [batch]);
      const dz = reshape(slice(incoming, [0, 0], [batch, size]), zShape);
      const own = saved.slice(0, saved.length - contexts.length);
      const inputs = mode === 'checkpoint' ? own : undefined;
      const restored = new Map(contexts.map((tensor, i) => [tensor, saved[own.length + i]]));
      const linksNow = links.map(({ layer, context }) => ({ layer, context: context && replaced(context, restored) }));
      const { x, dx, gradients } = reverseChain(linksNow, own[0], { dz, dLogDet }, inputs);
      x.dispose();
      return [dx, ...watched.map((tensor) => gradients.get(restored.get(tensor) ?? tensor)!)];
    };
    return { value: concat([reshape(value, [batch, -1]), expandDims(total!, 1)], 1), gradFunc };
  });
  const result = packed(x, ...watched);
  const size = result.size / batch - 1;
  return {
    z: reshape(slice(result, [0, 0], [batch, size]), zShape),
    logDet: reshape(slice(result, [0, size], [batch, 1]), [batch]) as Tensor1D,
  };
}

/** The same context with other tensors in the places of these. */
function replaced(context: Context, by: ReadonlyMap<Tensor, Tensor>): Context {
  if (context instanceof Tensor) return by.get(context) ?? context;
  if (Array.isArray(context)) return context.map((each: Context) => replaced(each, by));
  return Object.fromEntries(Object.entries(context).map(([name, each]) => [name, replaced(each as Context, by)]));
}
