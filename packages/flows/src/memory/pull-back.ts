import { clone, customGrad, engine, scalar, type Tensor, zerosLike } from '@tensorflow/tfjs-core';

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

/**
 * The vector-Jacobian product of `outputs` at `inputs`. The vectors, one for each output, are made of the outputs' values: what depends
 * on both a network's output and its gradient needs the network only once. Inputs that do not matter get zeros.
 */
export function pullBack(
  outputs: () => readonly Tensor[],
  vectors: (outputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
): Tensor[] {
  const end = customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: Tensor[]) => void;
    save(given as Tensor[]);
    // The engine disposes of what it adds up: the vectors themselves belong to the caller.
    return {
      value: scalar(0),
      gradFunc: (_: Tensor, saved: Tensor[]) => vectors(saved).map((vector) => clone(vector)),
    };
  });
  return innerGradients(() => end(...outputs()), inputs);
}
