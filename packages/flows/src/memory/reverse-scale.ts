import { clone, keep, type Tensor } from '@tensorflow/tfjs-core';
import type { BoundedScale } from '../bounded-scale.ts';
import type { OutputGradients, Reversed } from '../flow-layer.ts';
import { pullBack } from './pull-back.ts';

export interface NetworkRun {
  readonly apply: () => Tensor;
  /** What the gradients are taken with respect to. */
  readonly inputs: readonly Tensor[];
}

/** `reverse` of z = scale(x; network(inputs)): one run of the network gives both x and the gradients at `inputs`. */
export function reverseScale(
  scale: BoundedScale,
  network: NetworkRun,
  z: Tensor,
  { dz, dLogDet }: OutputGradients,
): Reversed {
  const kept: Tensor[] = [];
  const gradients = pullBack(
    () => [network.apply()],
    ([output]) => {
      const { x } = scale.inverse(z, output);
      const forward = () => {
        const { z, logDet } = scale.forward(x, output);
        return [z, logDet];
      };
      const [dx, dOutput] = pullBack(forward, () => [dz, dLogDet], [x, output]);
      kept.push(keep(x), keep(dx));
      return [dOutput];
    },
    network.inputs,
  );
  const [x, dx] = kept.map((tensor) => clone(tensor));
  for (const tensor of kept) tensor.dispose();
  return { x, dx, gradients };
}
