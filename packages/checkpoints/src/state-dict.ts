import { CheckpointContentError } from './errors.ts';
import type { CheckpointTensor } from './tensor.ts';
import { type CheckpointKey, type CheckpointValue, isMap, isTensor } from './value.ts';

export interface StateDictOptions {
  /** Which dictionary of the file to take, for files that hold several: `params`, `generator`, `a.b` for a dictionary in another. */
  readonly key?: string;
}

type Dictionary = ReadonlyMap<CheckpointKey, CheckpointValue>;

/** Where networks put their tensors, best first. */
const usualKeys = ['params_ema', 'params', 'state_dict', 'model_state_dict'];

const dataParallelPrefix = 'module.';

/**
 * The tensors by name of what a PyTorch file holds: of the dictionary `key`, else of `params_ema`, `params` or `state_dict`, else of the
 * file itself, or of its only dictionary with tensors. The prefix `module.` goes; entries that are no tensors are left out.
 * @throws CheckpointContentError when there is no such dictionary, no tensor in it, or one name twice.
 */
export function stateDict(value: CheckpointValue, { key }: StateDictOptions = {}): Map<string, CheckpointTensor> {
  const tensors = new Map<string, CheckpointTensor>();
  for (const [name, tensor] of key === undefined ? usual(value) : dictionaryAt(value, key)) {
    if (!isTensor(tensor)) continue;
    const text = String(name);
    const stripped = text.startsWith(dataParallelPrefix) ? text.slice(dataParallelPrefix.length) : text;
    if (tensors.has(stripped)) throw missing(`holds ${stripped} twice, with and without "module."`, value);
    tensors.set(stripped, tensor);
  }
  if (tensors.size === 0) throw missing(`holds no tensors${key === undefined ? '' : ` in ${key}`}`, value);
  return tensors;
}

const holdsTensors = (value: CheckpointValue): value is Dictionary =>
  isMap(value) && [...value.values()].some((item) => isTensor(item));

const candidates = (value: CheckpointValue): [string, Dictionary][] =>
  isMap(value)
    ? [...value].flatMap(([name, item]) => (holdsTensors(item) ? [[String(name), item] as [string, Dictionary]] : []))
    : [];

function usual(value: CheckpointValue): Dictionary {
  if (!isMap(value)) throw missing('holds no dictionary', value);
  for (const name of usualKeys) {
    const found = value.get(name);
    if (found !== undefined && holdsTensors(found)) return found;
  }
  if (holdsTensors(value)) return value;
  const [only, ...others] = candidates(value);
  if (only && others.length === 0) return only[1];
  throw missing(only ? 'holds several dictionaries with tensors' : 'holds no tensors', value);
}

function dictionaryAt(value: CheckpointValue, key: string): Dictionary {
  let found: CheckpointValue | undefined = value;
  if (isMap(value) && value.has(key)) found = value.get(key);
  else for (const part of key.split('.')) found = found !== undefined && isMap(found) ? found.get(part) : undefined;
  if (found !== undefined && isMap(found)) return found;
  throw missing(`holds no dictionary ${key}`, value);
}

function missing(what: string, value: CheckpointValue): CheckpointContentError {
  const names = candidates(value).map(([name]) => name);
  const remedy = names.length > 0 ? `Choose one with { key }: ${names.join(', ')}.` : 'Give a file with a state dict.';
  return new CheckpointContentError(`The checkpoint ${what}.`, { remedy, value: names });
}
