import { CheckpointFormatError, CheckpointLimitError } from '../errors.ts';
import { kindOf } from '../pickle/kind-of.ts';
import { PickledGlobal } from '../pickle/pickled-global.ts';
import type { CheckpointTensor } from '../tensor.ts';
import type { CheckpointKey, CheckpointValue } from '../value.ts';
import { PendingTensor } from './storage.ts';

const deepest = 64;
const mostValues = 4_000_000;

const limit = (message: string) =>
  new CheckpointLimitError(message, {
    remedy: 'No checkpoint is like that: the file is damaged or built to hang its reader.',
  });

interface Resolved {
  readonly value: CheckpointValue;
  /** How many values a walk through it would meet. */
  readonly values: number;
}

/**
 * Gives a pickle's tensors their numbers and checks that walking through the result comes to an end.
 * @throws CheckpointLimitError when something contains itself, lies deeper than 64 containers, or repeats parts without measure.
 */
export function resolveValue(root: unknown, tensorOf: (pending: PendingTensor) => CheckpointTensor): CheckpointValue {
  const done = new Map<object, Resolved>();
  const open = new Set<object>();

  const resolveObject = (value: object): Resolved => {
    const known = done.get(value);
    if (known) return known;
    if (open.has(value)) throw limit('The file holds a value that contains itself.');
    if (open.size >= deepest) throw limit(`The file nests values deeper than ${deepest}.`);
    open.add(value);
    const resolved = build(value);
    open.delete(value);
    if (resolved.values > mostValues) throw limit(`The file unfolds into more than ${mostValues} values.`);
    done.set(value, resolved);
    return resolved;
  };

  const build = (value: object): Resolved => {
    let values = 1;
    const count = (child: unknown): CheckpointValue => {
      const resolved = resolve(child);
      values += resolved.values;
      return resolved.value;
    };
    if (value instanceof PendingTensor) return { value: tensorOf(value), values };
    if (Array.isArray(value)) {
      const items = value.map(count);
      return { value: items, values };
    }
    if (value instanceof Map) {
      const entries = [...value].map(([key, item]) => [key as CheckpointKey, count(item)] as const);
      return { value: new Map(entries), values };
    }
    if (value instanceof PickledGlobal) return { value: value.name, values };
    throw new CheckpointFormatError('The file holds a storage outside of any tensor.', {
      remedy: 'Save tensors, in a state dict.',
      value,
    });
  };

  const resolve = (value: unknown): Resolved => {
    if (typeof value === 'object' && value !== null) return resolveObject(value);
    switch (typeof value) {
      case 'string':
      case 'number':
      case 'bigint':
      case 'boolean':
        return { value, values: 1 };
      default:
        if (value === null) return { value, values: 1 };
        throw new CheckpointFormatError(`The file holds ${kindOf(value)}.`, { remedy: 'Save it again.', value });
    }
  };
  return resolve(root).value;
}
