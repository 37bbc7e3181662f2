import { type CheckpointTensor, elementCount } from './tensor.ts';
import { bfloat16ToFloat32, fromHalf } from './to-float32.ts';
import { type CheckpointKey, type CheckpointValue, isMap, isTensor } from './value.ts';

/** One tensor in a checkpoint. */
export interface TensorSummary {
  /** Its name, with those of the dictionaries and lists around it: `params.conv_first.weight`. */
  readonly key: string;
  readonly type: CheckpointTensor['type'];
  readonly shape: readonly number[];
  /** Of all numbers, in float64. */
  readonly sum: number;
}

export interface CheckpointSummary {
  readonly tensors: readonly TensorSummary[];
  /** Whatever is no tensor, by name: bigints as text. */
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
  /** Numbers in all tensors together. */
  readonly parameters: number;
}

/** What a checkpoint holds, in the order of the file. */
export function summarize(value: CheckpointValue): CheckpointSummary {
  const tensors: TensorSummary[] = [];
  const values = new Map<string, string | number | boolean | null>();
  const visit = (item: CheckpointValue, key: string): void => {
    const within = (name: CheckpointKey) => (key === '' ? String(name) : `${key}.${name}`);
    if (isTensor(item)) tensors.push({ key, type: item.type, shape: item.shape, sum: sumOf(item) });
    else if (isMap(item)) for (const [name, child] of item) visit(child, within(name));
    else if (typeof item === 'object' && item !== null) {
      const list = item as readonly CheckpointValue[];
      list.forEach((child, index) => {
        visit(child, within(index));
      });
    } else values.set(key, typeof item === 'bigint' ? String(item) : item);
  };
  visit(value, '');
  const parameters = tensors.reduce((total, { shape }) => total + elementCount(shape), 0);
  return { tensors, values: Object.fromEntries(values), parameters };
}

function sumOf({ type, data }: CheckpointTensor): number {
  const toNumber = type === 'float16' ? fromHalf : type === 'bfloat16' ? bfloat16ToFloat32 : Number;
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += toNumber(data[i] as number);
  return sum;
}
