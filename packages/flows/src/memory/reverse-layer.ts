import { notBefore, type TensorTree, trainableParameters } from '@deflow/nn';
import { add, Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Context, FlowLayer, OutputGradients, Reversed } from '../flow-layer.ts';
import { pullBack } from './pull-back.ts';

/** What goes back through a chain, with the gradient of everything that its layers watch. */
export interface ReversedChain extends Omit<Reversed, 'gradients'> {
  readonly gradients: ReadonlyMap<Tensor, Tensor>;
}

/** A layer of a chain with its own context. */
export interface Link {
  readonly layer: FlowLayer;
  readonly context: Context | undefined;
}

/** All tensors of a context. */
export const tensorsIn = (tree: TensorTree | undefined): Tensor[] => {
  if (tree === undefined) return [];
  return tree instanceof Tensor ? [tree] : Object.values(tree).flatMap((child) => tensorsIn(child as TensorTree));
};

/** What a layer's gradients are taken with respect to, beside its input: trained parameters, then the context's tensors, each once. */
export const watchedBy = ({ parameters }: Pick<FlowLayer, 'parameters'>, context: Context | undefined): Tensor[] => [
  ...new Set<Tensor>([...trainableParameters(parameters), ...tensorsIn(context)]),
];

/** The gradients of `layer.forward` at `x`: for x, then for what the layer watches. */
export const gradientsAt = ({ layer, context }: Link, x: Tensor, { dz, dLogDet }: OutputGradients): Tensor[] =>
  pullBack(
    () => {
      const { z, logDet } = layer.forward(x, context);
      return [z, logDet];
    },
    () => [dz, dLogDet],
    [x, ...watchedBy(layer, context)],
  );

/** `layer.reverse`, or its inverse and then the gradients there. */
export function reverseLayer(link: Link, z: Tensor, incoming: OutputGradients): Reversed {
  const { layer, context } = link;
  if (layer.reverse) return layer.reverse(z, incoming, context);
  const { x } = layer.inverse(z, context);
  const [dx, ...gradients] = gradientsAt(link, x, incoming);
  return { x, dx, gradients };
}

export interface WalkBack {
  /** The inputs that were kept, one for each layer; undefined where they come back through the inverses. */
  readonly inputs?: readonly Tensor[];
  readonly watched: readonly Tensor[];
}

/**
 * Goes back through a chain from its output, one layer at a time: what one has left behind is freed, and in a compiled graph computed,
 * before the next begins. `inputs` are the layers' inputs where they were kept; otherwise they come back through the inverses.
 */
export function reverseChain(
  links: readonly Link[],
  z: Tensor,
  { dz, dLogDet }: OutputGradients,
  inputs?: readonly Tensor[],
): ReversedChain {
  const gradients = new Map<Tensor, Tensor>();
  let [x, dx]: [Tensor, Tensor] = [z, dz];
  let signals: readonly Tensor[] = [dz];
  for (let at = links.length - 1; at >= 0; at--) {
    const link = links[at];
    const [later, incoming] = [x, { dz: dx, dLogDet }];
    const [restored, back, ...own] = tidy(() => {
      const start = notBefore(inputs ? inputs[at] : later, signals);
      if (inputs) return [start, ...gradientsAt(link, start, incoming)];
      const reversed = reverseLayer(link, start, incoming);
      return [reversed.x, reversed.dx, ...reversed.gradients];
    });
    if (later !== z) later.dispose();
    if (incoming.dz !== dz) incoming.dz.dispose();
    [x, dx] = [restored, back];
    const watched = watchedBy(link.layer, link.context);
    for (const [i, tensor] of watched.entries()) addTo(gradients, tensor, own[i]);
    signals = [dx, ...watched.map((tensor) => gradients.get(tensor)!)];
  }
  return { x, dx, gradients };
}

function addTo(totals: Map<Tensor, Tensor>, tensor: Tensor, gradient: Tensor): void {
  const sofar = totals.get(tensor);
  totals.set(tensor, sofar ? add(sofar, gradient) : gradient);
  sofar?.dispose();
  if (sofar) gradient.dispose();
}
