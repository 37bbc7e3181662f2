import type { Threads } from '../threads.ts';

/** How TensorFlow's context is made. */
export interface ContextConfiguration {
  readonly threads: Threads;
  /** Whether GPUs may be used. Their memory is taken as it is needed, not all at once. */
  readonly gpu: boolean;
}

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);

/** The fields of TensorFlow's ConfigProto (tensorflow/core/protobuf/config.proto) that this package sets, serialised. */
export function configProto({ threads, gpu }: ContextConfiguration): Uint8Array {
  const intraOp = [0x10, ...varint(threads.within)]; // 2: intra_op_parallelism_threads
  const interOp = [0x28, ...varint(threads.between)]; // 5: inter_op_parallelism_threads
  const noGpu = [0x0a, 0x07, 0x0a, 0x03, ...Buffer.from('GPU'), 0x10, 0x00]; // 1: device_count { "GPU": 0 }
  const growth = [0x32, 0x02, 0x20, 0x01]; // 6: gpu_options { 4: allow_growth }
  return Uint8Array.from([...(gpu ? growth : noGpu), ...intraOp, ...interOp]);
}
