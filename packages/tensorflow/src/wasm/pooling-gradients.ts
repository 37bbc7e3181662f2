import type { TensorInfo } from '@tensorflow/tfjs-core';
import { floatsOf, type WasmBackend } from './backend.ts';
import { forEachPool, type Pooling } from './pooling.ts';

/** Hands each dy to the maximum of its window: of equal ones to the first or the last. */
export function maxPoolGradient(
  backend: WasmBackend,
  { input, dy }: { readonly input: TensorInfo; readonly dy: TensorInfo },
  pooling: Pooling,
  ties: 'first' | 'last',
): TensorInfo {
  const result = backend.makeOutput(input.shape, 'float32');
  const [xs, dys, dx] = [floatsOf(backend, input), floatsOf(backend, dy), floatsOf(backend, result).fill(0)];
  forEachPool(pooling, (output, inputs) => {
    for (let channel = 0; channel < pooling.channels; channel++) {
      let largest = Number.NEGATIVE_INFINITY;
      let place = -1;
      for (const start of inputs) {
        const value = xs[start + channel]!;
        if (value > largest || (ties === 'last' && value === largest)) {
          largest = value;
          place = start + channel;
        }
      }
      if (place >= 0) dx[place]! += dys[output + channel]!;
    }
  });
  return result;
}

/** Spreads each dy evenly over those inputs that its mean is of: padding takes no part. */
export function averagePoolGradient(
  backend: WasmBackend,
  { input, dy }: { readonly input: TensorInfo; readonly dy: TensorInfo },
  pooling: Pooling,
): TensorInfo {
  const result = backend.makeOutput(input.shape, 'float32');
  const [dys, dx] = [floatsOf(backend, dy), floatsOf(backend, result).fill(0)];
  forEachPool(pooling, (output, inputs) => {
    for (const start of inputs) {
      for (let channel = 0; channel < pooling.channels; channel++) {
        dx[start + channel]! += dys[output + channel]! / inputs.length;
      }
    }
  });
  return result;
}
