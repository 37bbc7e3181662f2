import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { addressOf, type WasmBackend } from './backend.ts';
import type { ElementwiseName } from './elementwise-code.ts';
import { machineCodeOn } from './machine-code.ts';

/** A float32 tensor of one of our functions of x, or of x and y of the same shape. */
export function elementwise(
  backend: WasmBackend,
  name: ElementwiseName,
  { x, y = x, alpha = 0 }: { readonly x: TensorInfo; readonly y?: TensorInfo; readonly alpha?: number },
): TensorInfo {
  const result = backend.makeOutput(x.shape, 'float32');
  const [xAt, yAt, to] = [x, y, result].map((tensor) => addressOf(backend, tensor)) as [number, number, number];
  const alphaBits = new Int32Array(new Float32Array([alpha]).buffer)[0]!;
  machineCodeOn(backend)[name](xAt, yAt, to, util.sizeFromShape(x.shape), alphaBits);
  return result;
}
