import { readFileSync } from 'node:fs';
import type { Binding } from './node-backend.ts';

export type Precision = 'float32' | 'bfloat16';

/** ConfigProto { graph_options { rewrite_options { auto_mixed_precision_onednn_bfloat16: ON } } } */
export const bfloat16Configuration = Uint8Array.of(0x52, 5, 0x52, 3, 0xf8, 1, 1);

const exceptions = 'TF_AUTO_MIXED_PRECISION_GRAPH_REWRITE_ALLOWLIST_REMOVE';

/**
 * Has TensorFlow's rewriter leave products of two matrices alone, in this process: models keep their exact algebra in them.
 * `Conv2D` and the like and products of batches of matrices are what it rewrites.
 */
export function keepMatrixProducts(): void {
  const named = process.env[exceptions]?.split(',') ?? [];
  if (!named.includes('MatMul')) process.env[exceptions] = [...named, 'MatMul'].join(',');
}

/** Names under which Linux lists instructions for bfloat16 products: x86 (AVX-512, AMX), Arm. */
const instructions = /\b(avx512_bf16|amx_bf16|bf16)\b/;

let processor: boolean | undefined;

function processorHasBfloat16(): boolean {
  try {
    return (processor ??= instructions.test(readFileSync('/proc/cpuinfo', 'utf8')));
  } catch {
    return (processor = false);
  }
}

/** Why bfloat16 has no effect here; undefined where it has. */
export function bfloat16Obstacle(binding: Binding, xla: boolean): string | undefined {
  if (xla) return 'bfloat16 has no effect with XLA, which replaces the operations that could use it';
  if (binding.isUsingGpuDevice()) return 'bfloat16 has no effect on the GPU, which computes in TF32 where it can';
  if (process.env.TF_ENABLE_ONEDNN_OPTS === '0')
    return 'bfloat16 has no effect: TF_ENABLE_ONEDNN_OPTS=0 turns off the kernels that compute in it';
  if (!processorHasBfloat16()) return 'bfloat16 has no effect: this processor has no instructions for it';
  return undefined;
}
