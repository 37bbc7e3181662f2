import type { CheckpointTensor } from '@deflow/checkpoints';
import { convolutionsOf, type NetworkName, networks } from '../../src/backbones/networks.ts';
import { inceptionConvolutions } from '../../src/inception/layers.ts';
import { hashed } from './pictures.ts';

/**
 * A state dict by formula, as `peers/README.md` of the shared vectors defines it: about normal scale, mean -2 / inputs,
 * so that a third of the units are active at every depth.
 */
export function formulaBackbone(network: NetworkName): Map<string, CheckpointTensor> {
  const tensors = new Map<string, CheckpointTensor>();
  convolutionsOf(networks[network]).forEach(({ key, inputs, outputs, kernelSize }, layer) => {
    const fanIn = inputs * kernelSize ** 2;
    const spread = Math.sqrt(14 / fanIn);
    const weight = (_: unknown, i: number) => spread * (2 * hashed(i, layer) - 1) - 2 / fanIn;
    const bias = (_: unknown, i: number) => 0.1 * (2 * hashed(i, layer + 1000) - 1);
    const shape = [outputs, inputs, kernelSize, kernelSize];
    tensors.set(`${key}.weight`, {
      type: 'float32',
      shape,
      data: Float32Array.from({ length: outputs * fanIn }, weight),
    });
    tensors.set(`${key}.bias`, {
      type: 'float32',
      shape: [outputs],
      data: Float32Array.from({ length: outputs }, bias),
    });
  });
  return tensors;
}

/** Non-negative weights of every place by formula. */
export const formulaHeads = (network: NetworkName): Map<string, CheckpointTensor> =>
  new Map(
    networks[network].channels.map((channels, place) => [
      `lin${place}.model.1.weight`,
      {
        type: 'float32',
        shape: [1, channels, 1, 1],
        data: Float32Array.from({ length: channels }, (_, i) => hashed(i, 2000 + place) / 8),
      },
    ]),
  );

/** Factors of DISTS by formula. */
export const formulaFactors = (): Map<string, CheckpointTensor> =>
  new Map(
    ['alpha', 'beta'].map((name, which) => [
      name,
      {
        type: 'float32',
        shape: [1, 1475, 1, 1],
        data: Float32Array.from({ length: 1475 }, (_, i) => hashed(i, 3000 + which) / 1475),
      },
    ]),
  );

/** FID's Inception network by formula, as `peers/inception.py` fills it: half of the units are active at every depth. */
export const formulaInception = (): Map<string, CheckpointTensor> =>
  new Map((inceptionTensors ??= computedInception()));

let inceptionTensors: ReadonlyMap<string, CheckpointTensor> | undefined;

function computedInception(): Map<string, CheckpointTensor> {
  const tensors = new Map<string, CheckpointTensor>();
  inceptionConvolutions.forEach(({ key, inputs, outputs, height, width }, layer) => {
    const fanIn = inputs * height * width;
    const spread = Math.sqrt(6 / fanIn);
    const set = (name: string, shape: number[], value: (i: number) => number) => {
      const length = shape.reduce((product, size) => product * size);
      tensors.set(`${key}.${name}`, {
        type: 'float32',
        shape,
        data: Float32Array.from({ length }, (_, i) => value(i)),
      });
    };
    set('conv.weight', [outputs, inputs, height, width], (i) => spread * (2 * hashed(i, layer) - 1));
    set('bn.weight', [outputs], (i) => 0.75 + 0.5 * hashed(i, layer + 1000));
    set('bn.bias', [outputs], (i) => 0.4 * hashed(i, layer + 2000) - 0.1);
    set('bn.running_mean', [outputs], (i) => 0.4 * hashed(i, layer + 3000) - 0.2);
    set('bn.running_var', [outputs], (i) => 0.5 + hashed(i, layer + 4000));
  });
  return tensors;
}
