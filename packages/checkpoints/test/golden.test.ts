import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  type CheckpointTensor,
  type CheckpointValue,
  decodePyTorch,
  encodePyTorch,
  isTensor,
  stateDict,
} from '../src/index.ts';
import { bfloat16ToFloat32, fromHalf } from '../src/to-float32.ts';

const folder = fileURLToPath(new URL('../../../../shared/golden/sr/', import.meta.url));
const here = existsSync(folder);
if (!here) console.warn('Skipped: the files that PyTorch wrote are not here (../shared/golden/sr).');

interface Case {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: readonly (number | boolean)[];
}
interface Golden {
  readonly files: Record<string, { format: string; tensors?: string[] | Record<string, string[]> }>;
  readonly reader_cases: Record<string, unknown>;
}
const golden: Golden = here
  ? JSON.parse(readFileSync(`${folder}checkpoints.json`, 'utf8'))
  : { files: {}, reader_cases: {} };

const read = (name: string): Uint8Array => new Uint8Array(readFileSync(folder + name));
const container = (name: string) => (golden.files[name]!.format.startsWith('zip') ? 'zip' : 'legacy');

/** The numbers as float64. */
function numbers({ type, data }: CheckpointTensor): number[] {
  if (type === 'float16') return Array.from(data, fromHalf);
  if (type === 'bfloat16') return Array.from(data, bfloat16ToFloat32);
  return Array.from(data as Iterable<number | bigint>, Number);
}

/** "key shape dtype sum", as in the golden file. */
function describeTensors(tensors: ReadonlyMap<string, CheckpointTensor>) {
  return [...tensors].map(([key, tensor]) => {
    const sum = numbers(tensor).reduce((total, value) => total + value, 0);
    return { key, shape: tensor.shape.join('x') || 'scalar', type: tensor.type, sum };
  });
}

function expectTensors(tensors: ReadonlyMap<string, CheckpointTensor>, lines: readonly string[]): void {
  const found = describeTensors(tensors);
  expect(found.map(({ key }) => key)).toEqual(lines.map((line) => line.split(' ')[0]));
  lines.forEach((line, index) => {
    const [, shape, type, sum] = / (\S*) (\w+) (\S+)$/.exec(line)!;
    expect([found[index]!.shape, found[index]!.type]).toEqual([shape, type]);
    expect(found[index]!.sum).toBeCloseTo(Number(sum), 12);
  });
}

/** The tensors that the golden file lists for `name`, of the dictionary `key`; some files have those of another. */
function listed(name: string): Record<string, string[]> {
  const same: Record<string, string> = {
    'rrdb_legacy.pth': 'rrdb_zip.pth',
    'rrdb_trunk_module_legacy.pth': 'rrdb_trunk_zip.pth',
  };
  const { tensors } = golden.files[same[name] ?? name]!;
  return Array.isArray(tensors) ? { '': tensors } : (tensors ?? {});
}

const networks = Object.keys(golden.files).filter((name) => !name.startsWith('reader_cases'));

describe.skipIf(!here)('files that PyTorch wrote', () => {
  test.each(networks)('%s holds the tensors it should', (name) => {
    const file = decodePyTorch(read(name));
    expect(file.container).toBe(container(name));
    for (const [key, lines] of Object.entries(listed(name))) {
      expectTensors(stateDict(file.value, key ? { key } : {}), lines);
    }
  });

  test.each(networks)('%s comes back from both containers, in order', (name) => {
    const { value } = decodePyTorch(read(name));
    for (const container of ['zip', 'legacy'] as const) {
      const again = decodePyTorch(encodePyTorch(value, { container }));
      expect(again.container).toBe(container);
      for (const [key, lines] of Object.entries(listed(name))) {
        expectTensors(stateDict(again.value, key ? { key } : {}), lines);
      }
    }
  });

  test('params_ema is preferred', () => {
    const { value } = decodePyTorch(read('wrapped.pth'));
    expect(describeTensors(stateDict(value))).toEqual(describeTensors(stateDict(value, { key: 'params_ema' })));
  });

  test.each(['reader_cases_zip.pth', 'reader_cases_legacy.pth'])(
    '%s: types, strides, shared storages, values',
    (name) => {
      const { value, container } = decodePyTorch(read(name));
      expect(container).toBe(name.includes('zip') ? 'zip' : 'legacy');
      expectReaderCases(value);
      for (const container of ['zip', 'legacy'] as const) {
        expectReaderCases(decodePyTorch(encodePyTorch(value, { container })).value);
      }
    },
  );
});

const isCase = (expected: unknown): expected is Case =>
  typeof expected === 'object' && expected !== null && Object.hasOwn(expected, 'values');

function expectReaderCases(value: CheckpointValue): void {
  expect(value).toBeInstanceOf(Map);
  const map = value as ReadonlyMap<string, CheckpointValue>;
  expect([...map.keys()]).toEqual(Object.keys(golden.reader_cases));
  for (const [name, expected] of Object.entries(golden.reader_cases)) expectValue(map.get(name)!, expected);
}

function expectValue(got: CheckpointValue, expected: unknown): void {
  if (isCase(expected)) {
    expect(isTensor(got)).toBe(true);
    const tensor = got as CheckpointTensor;
    expect({ shape: tensor.shape, type: tensor.type }).toEqual({ shape: expected.shape, type: expected.dtype });
    expect(numbers(tensor)).toEqual(expected.values.map(Number));
  } else if (Array.isArray(expected)) {
    expect(got).toHaveLength(expected.length);
    expected.forEach((each, index) => {
      expectValue((got as readonly CheckpointValue[])[index]!, each);
    });
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, each] of Object.entries(expected)) {
      if (key === 'size') expect(got).toEqual(each);
      else expectValue((got as ReadonlyMap<string, CheckpointValue>).get(key)!, each);
    }
  } else expect(got).toBe(expected);
}
