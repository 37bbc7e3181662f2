import type { Random } from '@deflow/images';
import { type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { BatchShapeError } from './errors.ts';
import type { SuperResolutionNetwork } from './network.ts';

/** Square patches, whole pixels after each other (channels last), 0..1. */
export interface SuperResolutionBatch {
  /** [count, size / scale, size / scale, channels] */
  readonly low: Float32Array;
  /** [count, size, size, channels] */
  readonly high: Float32Array;
  readonly count: number;
  /** Side of the high-resolution patches. */
  readonly size: number;
}

/** Draws the batch of a step. The same stream has to give the same batch, or training cannot be resumed exactly. */
export type NextSuperResolutionBatch = (
  random: Random,
  step: number,
) => SuperResolutionBatch | Promise<SuperResolutionBatch>;

export type BatchTensors = {
  readonly low: Tensor4D;
  readonly high: Tensor4D;
};

/** The batch as tensors. @throws BatchShapeError when it does not fit itself or `network`. */
export function batchTensors(network: SuperResolutionNetwork, batch: SuperResolutionBatch): BatchTensors {
  const { low, high, count, size } = batch;
  const { inputChannels, outputChannels } = network.config;
  const small = size / network.scale;
  const multiple = network.scale * network.sizeMultiple;
  if (!Number.isInteger(small / network.sizeMultiple) || size < 1 || count < 1) {
    throw new BatchShapeError(`A batch has ${count} patches of ${size} x ${size}.`, {
      value: size,
      remedy: `Give at least one patch; the side is a multiple of ${multiple}.`,
    });
  }
  const tensor = (name: string, data: Float32Array, side: number, channels: number): Tensor4D => {
    const wanted = count * side * side * channels;
    if (data.length === wanted) return tensor4d(data, [count, side, side, channels]);
    throw new BatchShapeError(`The ${name} patches of a batch hold ${data.length} numbers.`, {
      value: data.length,
      remedy: `Give ${count} x ${side} x ${side} x ${channels} = ${wanted}: \`size\` is the side of the high patches.`,
    });
  };
  const highTensor = tensor('high', high, size, outputChannels);
  try {
    return { low: tensor('low', low, small, inputChannels), high: highTensor };
  } catch (error) {
    highTensor.dispose();
    throw error;
  }
}
