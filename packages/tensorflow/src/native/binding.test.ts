import { backend, tensor1d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { useTensorFlow } from '../use-tensorflow.ts';

interface Tensor {
  readonly id: number;
  readonly shape: number[];
}

/** The calls of native/deflow_binding.cc that take a serialised graph. */
interface Binding {
  defineFunction(name: string, graph: Uint8Array, inputs: string[], outputs: string[], controls?: string[]): void;
  removeFunction(name: string): void;
  runFunction(name: string, inputs: number[], outputs: number, options?: { xla?: boolean }): Tensor[];
  runFunctionAsync(name: string, inputs: number[], outputs: number): Promise<Tensor[]>;
  enableCollectives(server: Uint8Array, task: number): void;
  tensorDataSync(id: number): Float32Array;
  deleteTensor(id: number): void;
}

const { backend: name } = await useTensorFlow();
const engine =
  name === 'wasm' ? undefined : (backend() as never as { binding: Binding; getInputTensorIds(t: unknown[]): number[] });

if (!engine) console.warn('Skipped the functions of the binding: TensorFlow is not running here.');

// Just enough of protocol buffers for a GraphDef: every field here has a length.
const field = (number: number, content: Uint8Array | string): Buffer => {
  const body = Buffer.from(content as string);
  return Buffer.concat([Buffer.from([(number << 3) | 2, body.length]), body]);
};
const float = Buffer.from([0x30, 1]); // AttrValue { type: DT_FLOAT }
const node = (name: string, op: string, inputs: string[], attribute: string) =>
  field(
    1,
    Buffer.concat([
      ...[field(1, name), field(2, op), ...inputs.map((input) => field(3, input))],
      field(5, Buffer.concat([field(1, attribute), field(2, float)])),
    ]),
  );

/** y = x * x */
const square = Buffer.concat([node('x', 'Placeholder', [], 'dtype'), node('y', 'Mul', ['x', 'x'], 'T')]);

describe.skipIf(!engine)('functions', () => {
  const { binding, getInputTensorIds } = (engine ?? {}) as NonNullable<typeof engine>;
  const idOf = (values: number[]) => getInputTensorIds.call(engine, [tensor1d(values)])[0] as number;
  const values = ({ id }: Tensor) => {
    const data = [...binding.tensorDataSync(id)];
    binding.deleteTensor(id);
    return data;
  };

  test('a graph becomes a function that runs here, with XLA, and on a worker thread', async () => {
    binding.defineFunction('square', square, ['x:0'], ['y:0']);
    const input = idOf([1, 2, -3]);
    const [result] = binding.runFunction('square', [input], 1);
    expect(result?.shape).toEqual([3]);
    expect(values(result as Tensor)).toEqual([1, 4, 9]);
    expect(values(binding.runFunction('square', [input], 1, { xla: true })[0] as Tensor)).toEqual([1, 4, 9]);
    expect(values((await binding.runFunctionAsync('square', [input], 1))[0] as Tensor)).toEqual([1, 4, 9]);
    binding.removeFunction('square');
    expect(() => binding.runFunction('square', [input], 1)).toThrow(/square/);
  });

  test('an asynchronous call keeps its inputs', async () => {
    binding.defineFunction('kept', square, ['x'], ['y']);
    const input = binding.runFunction('kept', [idOf([2])], 1)[0] as Tensor;
    const result = binding.runFunctionAsync('kept', [input.id], 1);
    binding.deleteTensor(input.id);
    expect(values((await result)[0] as Tensor)).toEqual([16]);
    binding.removeFunction('kept');
  });

  test.each([
    [
      'a graph that is none',
      () => binding.defineFunction('f', Uint8Array.of(1, 2, 3), [], []),
      /function 'f'.*GraphDef/,
    ],
    ['an output that is not there', () => binding.defineFunction('f', square, ['x'], ['z']), /no node 'z'/],
    ['an index that is not there', () => binding.defineFunction('f', square, ['x'], ['y:4']), /no output 'y:4'/],
    ['a graph of another type', () => binding.defineFunction('f', 'text' as never, [], []), /Uint8Array was expected/],
    ['a tensor that is not there', () => binding.runFunction('Identity', [999_999], 1), /no tensor has the id 999999/],
    ['a function that is not there', () => binding.runFunction('missing', [], 1), /missing/],
    [
      'collectives after the first tensor',
      () => idOf([1]) >= 0 && binding.enableCollectives(new Uint8Array(), 0),
      /before the first tensor/,
    ],
  ])('%s is an error that says so', (_, call, message) => {
    expect(call).toThrow(message);
  });

  test('TensorFlow tells its number with its message', async () => {
    binding.defineFunction('plain', square, ['x'], ['y']);
    const failed = binding.runFunctionAsync('plain', [idOf([1]), idOf([2])], 1);
    await expect(failed).rejects.toMatchObject({ code: 'TF_3', message: expect.stringContaining("function 'plain'") });
    binding.removeFunction('plain');
  });
});
