import { backend, tensor, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { type Attribute, type NodeBackend, typeAttribute } from '../compile/node-backend.ts';
import { describeNative } from '../compile/testing/native-only.ts';

const bfloat16 = 14;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The nearest bfloat16 number, to even, of the nearest float32 one; numbers below the normal ones as zero. */
function round(value: number): number {
  if (Number.isNaN(value)) return value;
  float[0] = value;
  if (Math.abs(float[0]) < 2 ** -126) return Math.sign(value) * 0;
  bits[0] = (bits[0]! + 0x7fff + ((bits[0]! >>> 16) & 1)) & 0xffff0000;
  return float[0]!;
}

/** Numbers of all magnitudes, with what is special among them; they repeat after a prime number. */
function numbers(count: number, seed: number): Float32Array {
  const special = [0, -0, Infinity, -Infinity, Number.NaN, 1, -1, 3e38, -3e38, 1e-40, 1.2e-38];
  return Float32Array.from({ length: count }, (_, i) => {
    const at = (i * (seed + 2) + seed * 17) % 997;
    return at < special.length ? special[at]! : Math.sin(at) * 10 ** ((at % 9) - 4);
  }).map(round);
}

/** An operation of TensorFlow on bfloat16 numbers, given and read as float32. */
function run(operation: string, inputs: { shape: number[]; values: Float32Array }[], more: Attribute[] = []) {
  const engine = backend() as NodeBackend;
  const { binding } = engine;
  const type = (name: string, dtype: number) => typeAttribute(binding, name, dtype);
  const graph = binding.graphCreate();
  const cast = (id: number, from: number, to: number) =>
    binding.graphNode(graph, 'Cast', [type('SrcT', from), type('DstT', to)], [id], [], 1).outputs[0]!.id;
  const placeholders = inputs.map(
    () => binding.graphNode(graph, 'Placeholder', [type('dtype', binding.TF_FLOAT)], [], [], 1).outputs[0]!.id,
  );
  const count = { name: 'N', type: binding.TF_ATTR_INT, value: inputs.length };
  const attributes = [type('T', bfloat16), ...(operation === 'AddN' ? [count] : []), ...more];
  const sides = placeholders.map((id) => cast(id, binding.TF_FLOAT, bfloat16));
  const result = binding.graphNode(graph, operation, attributes, sides, [], 1).outputs[0]!.id;
  binding.graphDefine(graph, 'bfloat16 kernel', placeholders, [cast(result, bfloat16, binding.TF_FLOAT)], []);
  binding.graphDelete(graph);
  try {
    return tidy(() => {
      const ids = engine.getInputTensorIds(inputs.map(({ shape, values }) => tensor(values, shape)));
      const output = engine.createOutputTensor(binding.runFunction('bfloat16 kernel', ids, 1)[0]!);
      return { shape: output.shape, values: output.dataSync() as Float32Array };
    });
  } finally {
    binding.removeFunction('bfloat16 kernel');
  }
}

/** Which elements differ, zeros of different signs included. */
const differences = (a: Float32Array, b: Float32Array) =>
  Array.from({ length: a.length }, (_, i) => i).filter((i) => !Object.is(a[i], b[i]));

const binary = {
  Add: (a: number, b: number) => a + b,
  AddV2: (a: number, b: number) => a + b,
  Sub: (a: number, b: number) => a - b,
  Mul: (a: number, b: number) => a * b,
};
const positive = (feature: number) => feature >= 2 ** -126;

describeNative('operations on bfloat16 numbers, bit for bit', () => {
  for (const [operation, f] of Object.entries(binary)) {
    it.each([0, 1, 15, 16, 33, 1000, 140_001])(`${operation} of %i numbers`, (count) => {
      const [a, b] = [numbers(count, 1), numbers(count, 2)];
      const { values } = run(
        operation,
        [a, b].map((values) => ({ shape: [count], values })),
      );
      expect(
        differences(
          values,
          a.map((x, i) => round(f(x, b[i]!))),
        ),
      ).toEqual([]);
    });
  }

  it.each([
    [[3, 50, 60, 16], [16]],
    [[16], [3, 50, 60, 16]],
    [[3, 7], []],
    [[], [400, 350]],
    [
      [5, 1, 7],
      [1, 6, 1],
    ],
    [
      [2, 1, 3, 1, 5],
      [4, 1, 6, 5],
    ],
    [
      [2, 3, 1],
      [2, 3, 40],
    ],
  ])('Sub of shapes %j and %j', (left, right) => {
    const size = (shape: number[]) => shape.reduce((product, length) => product * length, 1);
    const [a, b] = [numbers(size(left), 3), numbers(size(right), 4)];
    const { shape, values } = run('Sub', [
      { shape: left, values: a },
      { shape: right, values: b },
    ]);
    const rank = Math.max(left.length, right.length);
    const padded = (shape: number[]) => [...Array(rank - shape.length).fill(1), ...shape] as number[];
    const [l, r] = [padded(left), padded(right)];
    expect(shape).toEqual(l.map((length, i) => Math.max(length, r[i]!)));
    const at = (lengths: number[], flat: number) => {
      let [rest, stride, index] = [flat, 1, 0];
      for (let axis = rank - 1; axis >= 0; axis--) {
        const position = rest % shape[axis]!;
        rest = (rest - position) / shape[axis]!;
        if (lengths[axis]! > 1) index += position * stride;
        stride *= lengths[axis]!;
      }
      return index;
    };
    const expected = Float32Array.from({ length: size(shape) }, (_, i) => round(a[at(l, i)]! - b[at(r, i)]!));
    expect(differences(values, expected)).toEqual([]);
  });

  it.each([1, 2, 3, 9, 11])('AddN of %i inputs rounds each sum', (count) => {
    const inputs = Array.from({ length: count }, (_, i) => numbers(140_001, i));
    const { values } = run(
      'AddN',
      inputs.map((values) => ({ shape: [values.length], values })),
    );
    const sums = inputs.slice(1).reduce((sum, input) => sum.map((x, i) => round(x + input[i]!)), inputs[0]!);
    expect(differences(values, sums)).toEqual([]);
  });

  it.each([5, 31, 4096, 140_001])('ReluGrad and LeakyReluGrad of %i numbers', (count) => {
    const [gradients, features] = [numbers(count, 5), numbers(count, 6)];
    const given = [gradients, features].map((values) => ({ shape: [count], values }));
    const kept = (slope: number) =>
      gradients.map((gradient, i) => (positive(features[i]!) ? gradient : round(gradient * slope)));
    expect(differences(run('ReluGrad', given).values, kept(0))).toEqual([]);
    const alpha = { name: 'alpha', type: (backend() as NodeBackend).binding.TF_ATTR_FLOAT, value: 0.2 };
    expect(differences(run('LeakyReluGrad', given, [alpha]).values, kept(round(0.2)))).toEqual([]);
  });

  it('shapes that do not fit are refused', () => {
    const side = (count: number) => ({ shape: [count], values: numbers(count, 1) });
    expect(() => run('Add', [side(3), side(4)])).toThrow(/shapes/i);
  });
});
