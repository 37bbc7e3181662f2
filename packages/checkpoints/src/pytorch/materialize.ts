import { CheckpointFormatError, CheckpointTruncatedError } from '../errors.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import { asTensor, type CheckpointTensor, elementCount, type TensorType, tensorArrays } from '../tensor.ts';
import type { PendingTensor, Storage } from './storage.ts';

const deepestRank = 64;

/** Numbers from the first that a tensor shows to the last, both included. */
const extent = ({ shape, strides }: PendingTensor): number =>
  elementCount(shape) === 0 ? 0 : shape.reduce((reach, size, axis) => reach + (size - 1) * strides[axis]!, 1);

const isContiguous = ({ shape, strides }: PendingTensor): boolean => {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis]!;
  }
  return true;
};

/** The size of one number of a storage. */
export const bytesPerNumber = (type: TensorType | undefined): number =>
  type ? tensorArrays[type].BYTES_PER_ELEMENT : 1;

/** The bytes of a part of a storage, checked. */
export function partOf(whole: Uint8Array, { key, type, length, part }: Storage): Uint8Array {
  const [begin, size] = [(part?.offset ?? 0) * bytesPerNumber(type), length * bytesPerNumber(type)];
  if (begin + size <= whole.length) return whole.subarray(begin, begin + size);
  throw new CheckpointTruncatedError(`Storage ${key} should reach byte ${begin + size}; it has ${whole.length}.`, {
    remedy: 'The file is cut off or damaged: fetch it again.',
    value: key,
  });
}

/**
 * The numbers that a tensor shows of its storage, in C order: a view of `storage` where they lie so and are aligned.
 * @throws CheckpointFormatError when it shows numbers that the storage has not, CheckpointLimitError when it repeats a few very often.
 */
export function materialize(pending: PendingTensor, storage: Uint8Array, budget: MemoryBudget): CheckpointTensor {
  const { type, offset, shape, strides } = pending;
  const size = tensorArrays[type].BYTES_PER_ELEMENT;
  const reach = extent(pending);
  if (shape.length > deepestRank || !((offset + reach) * size <= storage.length)) {
    throw new CheckpointFormatError(
      `A tensor of shape [${shape.slice(0, 8)}], strides [${strides.slice(0, 8)}] and offset ${offset} does not fit its storage of ${storage.length} bytes.`,
      { remedy: 'The file is damaged: fetch or save it again.', value: shape },
    );
  }
  const shown = storage.subarray(offset * size, (offset + reach) * size);
  if (shown.byteOffset % size > 0) budget.take(shown.length, `A copy of a tensor of shape [${shape}]`);
  if (reach === 0 || isContiguous(pending)) return asTensor(type, shape, shown);
  const count = elementCount(shape);
  budget.take(count * size, `A tensor of shape [${shape}]`);
  return gather(asTensor(type, [reach], shown), shape, strides);
}

function gather({ type, data }: CheckpointTensor, shape: readonly number[], strides: readonly number[]) {
  const gathered = new tensorArrays[type](elementCount(shape));
  const index = shape.map(() => 0);
  let source = 0;
  for (let i = 0; i < gathered.length; i++) {
    gathered[i] = data[source]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      source -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return { type, shape, data: gathered } as CheckpointTensor;
}
