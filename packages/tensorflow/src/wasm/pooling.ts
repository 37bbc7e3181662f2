import { backend_util } from '@tensorflow/tfjs-core';

/** One axis of a pooling: output o sees the inputs from o * stride - before, `window` of them, as far as there are any. */
interface PoolingAxis {
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
  readonly window: number;
  readonly before: number;
}

/** A pooling of [batch, ...inputs, channels] over depth, height and width. */
export interface Pooling {
  readonly batches: number;
  readonly channels: number;
  readonly axes: readonly [PoolingAxis, PoolingAxis, PoolingAxis];
  readonly outputShape: number[];
}

/** What the attributes of all pooling kernels have. */
export interface PoolingAttributes {
  readonly filterSize: number | number[];
  readonly strides: number | number[];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The pooling of images, as one of volumes of a single plane. */
export function imagePooling(
  shape: number[],
  { filterSize, strides, pad, dimRoundingMode }: PoolingAttributes,
): Pooling {
  const size = filterSize as number | [number, number];
  const step = strides as number | [number, number];
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    size,
    step,
    1,
    pad,
    dimRoundingMode,
  );
  const { top, left } = info.padInfo;
  return {
    batches: info.batchSize,
    channels: info.inChannels,
    outputShape: info.outShape,
    axes: [
      { inputs: 1, outputs: 1, stride: 1, window: 1, before: 0 },
      {
        inputs: info.inHeight,
        outputs: info.outHeight,
        stride: info.strideHeight,
        window: info.filterHeight,
        before: top,
      },
      {
        inputs: info.inWidth,
        outputs: info.outWidth,
        stride: info.strideWidth,
        window: info.filterWidth,
        before: left,
      },
    ],
  };
}

/** The pooling of volumes. */
export function volumePooling(
  shape: number[],
  { filterSize, strides, pad, dimRoundingMode }: PoolingAttributes,
): Pooling {
  const size = filterSize as number | [number, number, number];
  const step = strides as number | [number, number, number];
  const info = backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    size,
    step,
    1,
    pad as number | 'valid' | 'same',
    dimRoundingMode,
  );
  const { front, top, left } = info.padInfo;
  return {
    batches: info.batchSize,
    channels: info.inChannels,
    outputShape: info.outShape,
    axes: [
      {
        inputs: info.inDepth,
        outputs: info.outDepth,
        stride: info.strideDepth,
        window: info.filterDepth,
        before: front,
      },
      {
        inputs: info.inHeight,
        outputs: info.outHeight,
        stride: info.strideHeight,
        window: info.filterHeight,
        before: top,
      },
      {
        inputs: info.inWidth,
        outputs: info.outWidth,
        stride: info.strideWidth,
        window: info.filterWidth,
        before: left,
      },
    ],
  };
}

/**
 * Visits every output with the inputs of its window, in order: places of the first channels. The list is used again for
 * the next output.
 */
export function forEachPool(
  { batches, channels, axes: [depth, height, width] }: Pooling,
  visit: (output: number, inputs: readonly number[]) => void,
): void {
  const places: number[] = [];
  let output = 0;
  for (let batch = 0; batch < batches; batch++) {
    for (let plane = 0; plane < depth.outputs; plane++) {
      const planes = windowOf(depth, plane);
      for (let row = 0; row < height.outputs; row++) {
        const rows = windowOf(height, row);
        for (let column = 0; column < width.outputs; column++, output += channels) {
          const columns = windowOf(width, column);
          places.length = 0;
          for (let i = planes.first; i < planes.end; i++) {
            for (let j = rows.first; j < rows.end; j++) {
              const start = ((batch * depth.inputs + i) * height.inputs + j) * width.inputs;
              for (let k = columns.first; k < columns.end; k++) places.push((start + k) * channels);
            }
          }
          visit(output, places);
        }
      }
    }
  }
}

function windowOf({ inputs, stride, window, before }: PoolingAxis, output: number) {
  const start = output * stride - before;
  return { first: Math.max(0, start), end: Math.min(inputs, start + window) };
}
