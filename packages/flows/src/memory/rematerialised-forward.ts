import { type TensorTree, trainableParameters } from '@deflow/nn';
import {
  add,
  concat,
  customGrad,
  engine,
  expandDims,
  mul,
  reshape,
  slice,
  sum,
  Tensor,
  type Tensor1D,
  tidy,
  type Variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { Context, FlowLayer, Forward } from '../flow-layer.ts';

/** A layer of a chain with its own context. */
export interface Link {
  readonly layer: FlowLayer;
  readonly context: Context | undefined;
}

/** How activations that the gradient needs come back: from inputs that were kept, or from the output through the inverses. */
export type Rematerialisation = 'checkpoint' | 'invertible';

const tensorsIn = (tree: TensorTree | undefined): Tensor[] => {
  if (tree === undefined) return [];
  return tree instanceof Tensor ? [tree] : Object.values(tree).flatMap((child) => tensorsIn(child as TensorTree));
};

/**
 * Gradients of a scalar with a tape of its own. The engine forgets the outer tape when an inner one ends, so it is put back.
 * Inputs that do not matter get zeros.
 */
function innerGradients(loss: () => Tensor, inputs: readonly Tensor[]): Tensor[] {
  const { state } = engine();
  const outer = state.activeTape;
  try {
    const { grads } = engine().gradients(loss, [...inputs], undefined, true);
    return grads.map((gradient, i) => gradient ?? zerosLike(inputs[i]));
  } finally {
    state.activeTape = outer;
  }
}

/** `tensor`, not to be computed before `signal`: else a compiled graph would rebuild all activations at once, or never free them. */
const notBefore = (tensor: Tensor, signal: Tensor): Tensor =>
  add(tensor, mul(reshape(slice(reshape(signal, [-1]), 0, 1), []), 0));

/** d/dx, d/dparameters and d/dfeatures of one layer, given those of its results. */
function layerGradients({ layer, context }: Link, x: Tensor, dz: Tensor, dLogDet: Tensor, watched: readonly Tensor[]) {
  const loss = () => {
    const { z, logDet } = layer.forward(x, context);
    return add(sum(mul(z, dz)), sum(mul(logDet, dLogDet)));
  };
  return innerGradients(loss, [x, ...watched]);
}

/**
 * `forward` of a chain whose gradient keeps no activations but the layers' inputs (`checkpoint`) or the chain's output
 * (`invertible`, RevNet of Gomez et al. 2017) and computes the others again, layer after layer from the end.
 */
export function rematerialisedForward(links: readonly Link[], x: Tensor, mode: Rematerialisation): Forward {
  const watchedBy = links.map(({ layer, context }) => [
    ...new Set<Tensor>([...(trainableParameters(layer.parameters) as Variable[]), ...tensorsIn(context)]),
  ]);
  const watched = [...new Set(watchedBy.flat())];
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
    save(mode === 'invertible' ? [value] : kept);
    const gradFunc = (incoming: Tensor, saved: Tensor[]) => {
      const size = incoming.size / batch - 1;
      const dLogDet = reshape(slice(incoming, [0, size], [batch, 1]), [batch]);
      let dz: Tensor = reshape(slice(incoming, [0, 0], [batch, size]), zShape);
      let z: Tensor | undefined = mode === 'invertible' ? saved[0] : undefined;
      const gradients = new Map<Tensor, Tensor>();
      for (let at = links.length - 1; at >= 0; at--) {
        const { layer, context } = links[at];
        const before = { dz, z };
        const [input, dx, ...own] = tidy(() => {
          const restored = z ? layer.inverse(notBefore(z, dz), context).x : notBefore(saved[at], dz);
          return [restored, ...layerGradients(links[at], restored, dz, dLogDet, watchedBy[at])];
        });
        if (before.z && before.z !== saved[0]) before.z.dispose();
        before.dz.dispose();
        if (mode === 'invertible') z = input;
        else input.dispose();
        dz = dx;
        own.forEach((gradient, i) => {
          const sofar = gradients.get(watchedBy[at][i]);
          gradients.set(watchedBy[at][i], sofar ? add(sofar, gradient) : gradient);
          sofar?.dispose();
          if (sofar) gradient.dispose();
        });
      }
      return [dz, ...watched.map((tensor) => gradients.get(tensor)!)];
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
