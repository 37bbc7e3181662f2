import type { Random } from '@deflow/images';
import { type Tensor1D, type Tensor4D, tensor1d, tensor4d } from '@tensorflow/tfjs-core';
import type { DeFlow, TrainingNoise } from './deflow.ts';
import { ShapeMismatchError } from './errors.ts';

/** Patches of one size: `clean` and `degraded` each hold whole patches of [size, size, 3], RGB, 0..1. */
export interface Batch {
  readonly clean: Float32Array;
  readonly degraded: Float32Array;
  readonly size: number;
}

/** Draws the batch of a step. The same stream has to give the same batch, or training cannot be resumed exactly. */
export type NextBatch = (random: Random, step: number) => Batch | Promise<Batch>;

/** What one step of training sees. */
export interface BatchTensors {
  readonly tensors: {
    readonly images: Tensor4D;
    /** 0 for clean, 1 for degraded. */
    readonly labels: Tensor1D;
    readonly noise: TrainingNoise;
  };
  /** Clean images come first; this many. */
  readonly cleanImages: number;
}

const countOf = (values: Float32Array, size: number, domain: string): number => {
  const count = values.length / (3 * size * size);
  if (Number.isInteger(count)) return count;
  throw new ShapeMismatchError(`The ${domain} patches hold ${values.length} numbers.`, {
    value: values.length,
    remedy: `Give whole patches of ${size} x ${size} x 3.`,
  });
};

/** The batch of a step with labels and fresh noise, as tensors. */
export async function batchTensors(
  model: DeFlow,
  nextBatch: NextBatch,
  random: Random,
  step: number,
): Promise<BatchTensors> {
  const { clean, degraded, size } = await nextBatch(random.fork('batch'), step);
  const cleanImages = countOf(clean, size, 'clean');
  const batch = cleanImages + countOf(degraded, size, 'degraded');
  const values = new Float32Array(clean.length + degraded.length);
  values.set(clean);
  values.set(degraded, clean.length);
  const [height, width, channels] = model.noiseShapes({ height: size, width: size }).conditioning;
  const noise = random.fork('noise');
  return {
    cleanImages,
    tensors: {
      images: tensor4d(values, [batch, size, size, 3]),
      labels: tensor1d(Float32Array.from({ length: batch }, (_, index) => (index < cleanImages ? 0 : 1))),
      noise: {
        dequantisation: tensor4d(noise.uniforms(values.length), [batch, size, size, 3]),
        conditioning: tensor4d(noise.normals(batch * height * width * channels), [batch, height, width, channels]),
      },
    },
  };
}
