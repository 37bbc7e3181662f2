import type { CheckpointTensor } from './tensor.ts';

/** What a PyTorch file holds: dictionaries are Maps, lists and tuples arrays, None null, sizes and sets arrays, devices texts. */
export type CheckpointValue =
  | CheckpointTensor
  | ReadonlyMap<CheckpointKey, CheckpointValue>
  | readonly CheckpointValue[]
  | CheckpointKey;

/** What may be a key of a dictionary; integers beyond 2^53 are bigints. */
export type CheckpointKey = string | number | bigint | boolean | null;

export const isTensor = (value: unknown): value is CheckpointTensor =>
  typeof value === 'object' && value !== null && 'shape' in value && 'type' in value && 'data' in value;

export const isMap = (value: CheckpointValue): value is ReadonlyMap<CheckpointKey, CheckpointValue> =>
  value instanceof Map;
