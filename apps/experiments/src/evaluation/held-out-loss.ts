import { patchSampler } from '@deflow/datasets';
import type { DeFlow } from '@deflow/degradation';
import type { Random } from '@deflow/images';
import { dispose, fill, type Tensor1D, tensor4d } from '@tensorflow/tfjs-core';
import type { Picture } from '../data/photographs.ts';

export interface HeldOutLossOptions {
  model: DeFlow;
  images: readonly Picture[];
  domain: 'clean' | 'degraded';
  patchSize: number;
  random: Random;
}

const patches = 64;

/** Bits per dim of random patches that training never saw. */
export async function heldOutLoss({ model, images, domain, patchSize, random }: HeldOutLossOptions): Promise<number> {
  const shape: [number, number, number, number] = [patches, patchSize, patchSize, 3];
  const sample = patchSampler({ images, size: patchSize });
  const [height, width, channels] = model.noiseShapes({ height: patchSize, width: patchSize }).conditioning;
  const inputs = {
    images: tensor4d(sample(random.fork('patches'), patches), shape),
    labels: fill([patches], domain === 'clean' ? 0 : 1) as Tensor1D,
    dequantisation: tensor4d(random.fork('dequantisation').uniforms(patches * patchSize * patchSize * 3), shape),
    conditioning: tensor4d(random.fork('conditioning').normals(patches * height * width * channels), [
      patches,
      height,
      width,
      channels,
    ]),
  };
  const bits = model.negativeLogLikelihood(inputs.images, inputs.labels, inputs);
  let sum = 0;
  for (const value of await bits.data()) sum += value;
  dispose([bits, ...Object.values(inputs)]);
  return sum / patches;
}
