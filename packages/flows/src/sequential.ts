import { add, type Tensor, type Tensor1D, zerosLike } from '@tensorflow/tfjs-core';
import { isFeatures } from './context.ts';
import { defineLayer, tidied } from './define-layer.ts';
import { FlowConfigurationError, within } from './errors.ts';
import type { Context, FlowLayer } from './flow-layer.ts';
import { contextNotBefore } from './memory/not-before.ts';
import { type Rematerialisation, rematerialisedForward } from './memory/rematerialised-forward.ts';
import { type Link, reverseChain, tensorsIn, watchedBy } from './memory/reverse-layer.ts';
import type { Shape } from './shape.ts';

/** What a chain's gradient keeps; see `SequentialOptions`. */
export type Backprop = 'tape' | Rematerialisation;

/**
 * How `sequential` appears, what it checks, and what it remembers: a tape unless given; with `invertible` and `checkpoint`, stretches
 * of 8 layers.
 */
export interface SequentialOptions {
  /** The composition's name in errors and printed trees. */
  readonly kind?: string;
  /** The data's shape without the batch axis: checks the whole chain at once, before there are data. */
  readonly shape?: Shape;
  /**
   * What `forward` keeps for its gradient. `tape`: all activations. `checkpoint`: each layer's input; the rest is computed again.
   * `invertible`: the output of each stretch of `exactEvery` layers; inputs come back through the inverses, as exactly as these are
   * (see `reconstructionErrors`). Gradients of `inverse` are always taped.
   */
  readonly backprop?: Backprop;
  readonly exactEvery?: number;
}

/**
 * Layers one after the other, in the order in which data pass them: ln|det| is the sum of theirs. A record gives them names for
 * parameters and errors; in an array they are named 0, 1, ... Features reach every layer as they are, those in a record
 * the conditional ones; `prepare` gives an array with one context per layer. Throws `FlowShapeError` with the path to the layer that does not fit.
 */
export function sequential(
  layers: readonly FlowLayer[] | Readonly<Record<string, FlowLayer>>,
  { kind = 'sequential', shape, backprop = 'tape', exactEvery = 8 }: SequentialOptions = {},
): FlowLayer {
  const named = Object.entries(layers) as [string, FlowLayer][];
  if (named.length === 0) {
    throw new FlowConfigurationError(`${kind}: there are no layers.`, { remedy: 'Give at least one layer.' });
  }
  if (!(Number.isInteger(exactEvery) && exactEvery > 0)) {
    throw new FlowConfigurationError(`${kind}: there are no stretches of ${exactEvery} layers.`, {
      remedy: 'Give a whole number above 0 for exactEvery.',
      value: exactEvery,
    });
  }
  const contextOf = (context: Context | undefined, index: number): Context | undefined => {
    if (context === undefined || isFeatures(context)) return context;
    if (Array.isArray(context)) return context[index] as Context;
    return named[index][1].prepare && context;
  };
  const walk = (start: Tensor, order: readonly number[], step: (at: number, x: Tensor) => [Tensor, Tensor1D]) => {
    let x = start;
    let total: Tensor1D | undefined;
    for (const at of order) {
      const [next, logDet] = within(named[at][0], () => step(at, x));
      x = next;
      total = total ? (add(total, logDet) as Tensor1D) : logDet;
    }
    return { end: x, logDet: total! };
  };
  const order = named.map((_, at) => at);
  const linksFor = (context: Context | undefined): Link[] =>
    named.map(([, layer], at) => ({ layer, context: contextOf(context, at) }));
  const rematerialised = (x: Tensor, context: Context | undefined, mode: Rematerialisation) => {
    const links = linksFor(context);
    const stretches = order.filter((at) => at % exactEvery === 0);
    const { end, logDet } = walk(x, stretches, (at, input) => {
      const { z, logDet } = rematerialisedForward(links.slice(at, at + exactEvery), input, mode);
      return [z, logDet];
    });
    return { z: end, logDet };
  };
  const conditional = named.some(([, layer]) => layer.prepare);

  const flow: FlowLayer = defineLayer({
    kind,
    parameters: Object.fromEntries(named.map(([name, layer]) => [name, layer.parameters])),
    layers: new Map(named),
    latentShape: (from) => named.reduce((to, [name, layer]) => within(name, () => layer.latentShape(to)), from),
    dataShape: (from) => named.reduceRight((to, [name, layer]) => within(name, () => layer.dataShape(to)), from),
    forward(x, context) {
      if (backprop !== 'tape') return rematerialised(x, context, backprop);
      const { end, logDet } = walk(x, order, (at, input) => {
        const { z, logDet } = named[at][1].forward(input, contextOf(context, at));
        return [z, logDet];
      });
      return { z: end, logDet };
    },
    inverse(z, context) {
      const { end, logDet } = walk(z, order.toReversed(), (at, input) => {
        const { x, logDet } = named[at][1].inverse(input, contextOf(context, at));
        return [x, logDet];
      });
      return { x: end, logDet };
    },
    ...(backprop === 'tape' && {
      reverse(z, incoming, context) {
        const { x, dx, gradients } = reverseChain(linksFor(context), z, incoming);
        const watched = watchedBy(flow, context);
        return { x, dx, gradients: watched.map((tensor) => gradients.get(tensor) ?? zerosLike(tensor)) };
      },
    }),
    ...(conditional && {
      prepare(features) {
        // One layer after the other: a graph would compute the first halves of all of them at once, and keep them.
        let signals: readonly Tensor[] = [];
        return named.map(([, layer]) => {
          if (!layer.prepare) return {};
          const prepared = layer.prepare(contextNotBefore(features, signals));
          signals = tensorsIn(prepared);
          return prepared;
        });
      },
    }),
    ...(named.some(([, layer]) => layer.settle) && {
      settle(iterations) {
        for (const [, layer] of named) layer.settle?.(iterations);
      },
    }),
    initializeInverse(z, context) {
      let output = z;
      for (const at of order.toReversed()) {
        named[at][1].initializeInverse?.(output, contextOf(context, at));
        output = named[at][1].inverse(output, contextOf(context, at)).x;
      }
    },
    initialize(x, context) {
      tidied(() => {
        let input = x;
        named.forEach(([, layer], at) => {
          layer.initialize?.(input, contextOf(context, at));
          input = layer.forward(input, contextOf(context, at)).z;
        });
      });
    },
  });
  if (shape) flow.latentShape(shape);
  return flow;
}
