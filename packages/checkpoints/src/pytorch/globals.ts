import { CheckpointFormatError, ForeignObjectError } from '../errors.ts';
import { kindOf } from '../pickle/kind-of.ts';
import { PickledGlobal } from '../pickle/pickled-global.ts';
import { isShape, type TensorType } from '../tensor.ts';
import { PendingTensor, Storage } from './storage.ts';

/** A class of storages in a pickle; untyped ones hold bytes. */
export class StorageClass extends PickledGlobal {
  constructor(
    name: string,
    readonly type: TensorType | undefined,
  ) {
    super(name);
  }
}

/** A type of numbers in a pickle. */
class NumberClass extends PickledGlobal {
  constructor(readonly type: TensorType) {
    super(`torch.${type}`);
  }
}

const storageTypes: Readonly<Record<string, TensorType>> = {
  Double: 'float64',
  Float: 'float32',
  Half: 'float16',
  BFloat16: 'bfloat16',
  Long: 'int64',
  Int: 'int32',
  Short: 'int16',
  Char: 'int8',
  Byte: 'uint8',
  Bool: 'bool',
};

export const storageNames: ReadonlyMap<TensorType, string> = new Map(
  Object.entries(storageTypes).map(([name, type]) => [type, `${name}Storage`]),
);

/** Types that have no storage class of their own: PyTorch keeps them as bytes. */
export const untypedTypes = ['uint16', 'uint32', 'uint64'] as const;

const wrong = (name: string, what: string, value: unknown) =>
  new CheckpointFormatError(`${name} is called with ${kindOf(value)} ${what}.`, {
    remedy: 'The file is damaged or was not written by PyTorch: fetch or save it again.',
    value,
  });

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, ...); _v3 has the type as its seventh argument. */
function rebuildTensor(name: string, values: readonly unknown[], dtype?: unknown): PendingTensor {
  const [storage, offset, shape, strides] = values;
  if (!(storage instanceof Storage)) throw wrong(name, 'as storage', storage);
  const type = storage.type ?? (dtype instanceof NumberClass ? dtype.type : undefined);
  if (!type) throw wrong(name, 'as type', dtype);
  if (!Number.isSafeInteger(offset) || (offset as number) < 0) throw wrong(name, 'as offset', offset);
  if (!isShape(shape)) throw wrong(name, 'as shape', shape);
  if (!isShape(strides) || strides.length !== shape.length) throw wrong(name, 'as strides', strides);
  return new PendingTensor(storage, type, offset as number, shape, strides);
}

const first = (name: string) => new PickledGlobal(name, ([value]) => value);

const list = (name: string) =>
  new PickledGlobal(name, ([values = []]) => {
    if (!Array.isArray(values)) throw wrong(name, 'in place of a list', values);
    return values.slice();
  });

function map(name: string): PickledGlobal {
  return new PickledGlobal(name, ([entries = []]) => {
    if (entries instanceof Map) return new Map(entries);
    if (!Array.isArray(entries)) throw wrong(name, 'in place of pairs', entries);
    return new Map(
      entries.map((pair) => {
        if (!Array.isArray(pair) || pair.length !== 2) throw wrong(name, 'in place of a pair', pair);
        return pair as [unknown, unknown];
      }),
    );
  });
}

const globals: readonly PickledGlobal[] = [
  map('collections.OrderedDict'),
  map('collections.Counter'),
  list('builtins.set'),
  list('__builtin__.set'),
  list('torch.Size'),
  first('torch._utils._rebuild_parameter'),
  first('torch._utils._rebuild_parameter_with_state'),
  new PickledGlobal('torch.device', (values) => values.map(String).join(':')),
  ...['_rebuild_tensor', '_rebuild_tensor_v2'].map((name) => {
    return new PickledGlobal(`torch._utils.${name}`, (values) => rebuildTensor(name, values));
  }),
  new PickledGlobal('torch._utils._rebuild_tensor_v3', (values) => {
    return rebuildTensor('_rebuild_tensor_v3', values, values[6]);
  }),
  ...Object.entries(storageTypes).map(([name, type]) => new StorageClass(`torch.${name}Storage`, type)),
  new StorageClass('torch.storage.UntypedStorage', undefined),
  ...[...Object.values(storageTypes), ...untypedTypes].map((type) => new NumberClass(type)),
];

const byName = new Map(globals.map((each) => [each.name, each]));

/** What a state dict may name. @throws ForeignObjectError for everything else. */
export function findGlobal(name: string): PickledGlobal {
  const found = byName.get(name);
  if (found) return found;
  throw new ForeignObjectError(`The file wants ${kindOf(name)} of Python, which no state dict needs.`, {
    remedy:
      'Nothing was executed. If you trust it, load it in Python, save model.state_dict() with torch.save, and read that.',
    value: name,
  });
}

/** The storage behind a persistent id ('storage', class, key, device, length[, part of another]); the device is ignored. */
export function storageOf(id: unknown): Storage {
  const [kind, storageClass, key, , length, part] = Array.isArray(id) ? id : [];
  if (kind !== 'storage' || !(storageClass instanceof StorageClass) || typeof key !== 'string' || !isShape([length])) {
    throw wrong('The persistent id', 'in place of a storage', id);
  }
  const whole = new Storage(key, storageClass.type, length as number);
  if (part === undefined || part === null) return whole;
  const [partKey, offset, partLength] = Array.isArray(part) ? part : [];
  if (typeof partKey !== 'string' || !isShape([offset]) || !isShape([partLength])) {
    throw wrong('The persistent id', 'as part of a storage', part);
  }
  return new Storage(partKey, whole.type, partLength as number, { of: whole, offset: offset as number });
}
