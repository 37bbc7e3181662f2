import { env, getBackend } from '@tensorflow/tfjs-core';

const packedArithmetic = ['WEBGL_PACK_UNARY_OPERATIONS', 'WEBGL_PACK_BINARY_OPERATIONS', 'WEBGL_PACK_CLIP'];

/**
 * Makes TensorFlow.js compute element by element on WebGL, four numbers at a time no longer. Its packed operations leave numbers in the
 * unused lanes of tensors with odd sizes, and matrix products over an odd count of terms add them up: in 4.22.0 matMul(exp(a), exp(b))
 * of 5 x 5 matrices is off by one.
 */
export function exactOnWebgl(): void {
  if (getBackend() !== 'webgl') return;
  for (const flag of packedArithmetic) if (env().getBool(flag)) env().set(flag, false);
}
