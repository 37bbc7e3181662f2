import { abs, div, max, maximum, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { isFeatures } from '../context.ts';
import type { Context, FlowLayer } from '../flow-layer.ts';

/** What `reconstructionErrors` has to know of the training step that it speaks of; stretches of 8 layers unless given. */
export interface ReconstructionErrorOptions {
  readonly context?: Context;
  /** As given to `sequential`. */
  readonly exactEvery?: number;
}

/**
 * What `backprop: 'invertible'` loses: the largest difference between each layer's input and what the inverses make of it from the
 * end of its stretch of `exactEvery` layers, relative to the input's largest value or 1. By the layers' names, in their order.
 */
export async function reconstructionErrors(
  flow: FlowLayer,
  x: Tensor,
  { context, exactEvery = 8 }: ReconstructionErrorOptions = {},
): Promise<Map<string, number>> {
  const links = [...(flow.layers ?? new Map([[flow.kind, flow]]))];
  const contextOf = (at: number): Context | undefined =>
    context === undefined || isFeatures(context) ? context : (context as readonly Context[])[at];
  const errors = tidy(() => {
    const inputs = [x];
    links.forEach(([, layer], at) => {
      inputs.push(layer.forward(inputs[at], contextOf(at)).z);
    });
    const found: Tensor[] = new Array(links.length);
    let restored = inputs[links.length];
    for (let at = links.length - 1; at >= 0; at--) {
      if ((at + 1) % exactEvery === 0) restored = inputs[at + 1];
      restored = links[at][1].inverse(restored, contextOf(at)).x;
      found[at] = div(max(abs(sub(restored, inputs[at]))), maximum(max(abs(inputs[at])), 1));
    }
    return found;
  });
  const values = await Promise.all(errors.map((error) => error.data()));
  for (const error of errors) error.dispose();
  return new Map(links.map(([name], at) => [name, values[at][0]]));
}
