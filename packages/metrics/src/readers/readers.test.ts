import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { haveVectors, vectorBytes } from '../../test/vectors.ts';
import { decodeMat, isMat } from './mat.ts';
import { decodeNpz, isZip } from './npz.ts';

const text = (value: string) => new TextEncoder().encode(value);

const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

const words = (...values: [bytes: 2 | 4, value: number][]) =>
  joined(
    values.map(([bytes, value]) => {
      const word = new Uint8Array(bytes);
      for (let i = 0; i < bytes; i++) word[i] = value >>> (8 * i);
      return word;
    }),
  );

function npy(descr: string, shape: string, data: ArrayBufferView, { fortran = false, version = 1 } = {}): Uint8Array {
  const header = text(`{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${shape}, }\n`);
  const length = words([version === 1 ? 2 : 4, header.length]);
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return joined([Uint8Array.of(0x93), text('NUMPY'), Uint8Array.of(version, 0), length, header, bytes]);
}

function npz(files: Readonly<Record<string, Uint8Array>>, compressed: boolean): Uint8Array {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = compressed ? new Uint8Array(deflateRawSync(content)) : content;
    const [label, method] = [text(name), compressed ? 8 : 0];
    const sizes = words([4, 0], [4, packed.length], [4, content.length], [2, label.length], [2, 0]);
    const local = joined([words([4, 0x04034b50], [2, 20], [2, 0], [2, method], [4, 0]), sizes, label, packed]);
    const place = words([2, 0], [2, 0], [2, 0], [4, 0], [4, at]);
    directory.push(
      joined([words([4, 0x02014b50], [2, 20], [2, 20], [2, 0], [2, method], [4, 0]), sizes, place, label]),
    );
    locals.push(local);
    at += local.length;
  }
  const list = joined(directory);
  const count = Object.keys(files).length;
  return joined([
    ...locals,
    list,
    words([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, list.length], [4, at], [2, 0]),
  ]);
}

describe('NumPy archives', () => {
  it.each([true, false])('hold arrays of any real type, compressed or not (%s)', async (compressed) => {
    const bytes = npz(
      {
        'a.npy': npy('<f8', '(2, 3)', Float64Array.of(1, 2, 3, 4, 5, 6.5)),
        'b.npy': npy('<f4', '(2, 2)', Float32Array.of(1, 2, 3, 4), { fortran: true }),
        'c.npy': npy('<i8', '(2,)', BigInt64Array.of(-7n, 8n), { version: 2 }),
        'd.npy': npy('|u1', '(3,)', Uint8Array.of(0, 128, 255)),
        'e.npy': npy('<i2', '()', Int16Array.of(-300)),
        'f.npy': npy('>f4', '(1,)', Uint8Array.of(0x3f, 0xc0, 0, 0)),
        'g.npy': npy('|b1', '(2,)', Uint8Array.of(1, 0)),
        'h.npy': npy('<U4', '(1,)', new Uint8Array(16)),
        'note.txt': text('no array'),
      },
      compressed,
    );
    expect(isZip(bytes)).toBe(true);
    const arrays = await decodeNpz(bytes);
    expect(Object.fromEntries([...arrays].map(([name, { shape, data }]) => [name, [shape, [...data]]]))).toEqual({
      a: [
        [2, 3],
        [1, 2, 3, 4, 5, 6.5],
      ],
      b: [
        [2, 2],
        [1, 3, 2, 4],
      ],
      c: [[2], [-7, 8]],
      d: [[3], [0, 128, 255]],
      e: [[], [-300]],
      f: [[1], [1.5]],
      g: [[2], [1, 0]],
    });
  });

  it.skipIf(!haveVectors)('of published weights hold what the PyTorch files hold', async () => {
    const arrays = await decodeNpz(vectorBytes('PerceptualSimilarity/weights/v0.1/alex.derived.npz'));
    const sums = [...arrays.values()]
      .map(({ data }) => data.reduce((sum, value) => sum + value, 0))
      .sort((a, b) => a - b);
    const expected = [2.349532314, 16.14302748, 20.3171771, 27.19717844, 39.26843925];
    sums.forEach((sum, i) => {
      expect(sum).toBeCloseTo(expected[i]!, 6);
    });
  });
});

describe('MAT files', () => {
  const element = (type: number, data: Uint8Array) =>
    joined([words([4, type], [4, data.length]), data, new Uint8Array((8 - (data.length % 8)) % 8)]);
  const head = joined([text('MATLAB 5.0 MAT-file'.padEnd(124)), words([2, 0x0100], [2, 0x4d49])]);
  const matrix = (name: string, shape: readonly number[], type: number, data: ArrayBufferView) =>
    element(
      14,
      joined([
        element(6, words([4, 6], [4, 0])),
        element(5, words(...shape.map((size): [4, number] => [4, size]))),
        element(1, text(name)),
        element(type, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
      ]),
    );

  it('hold matrices column by column, compressed or not', async () => {
    const plain = matrix('wide', [2, 3], 9, Float64Array.of(1, 4, 2, 5, 3, 6));
    const small = matrix('small', [1, 3], 2, Uint8Array.of(7, 8, 9));
    const packed = new Uint8Array(deflateSync(small));
    const bytes = joined([head, plain, words([4, 15], [4, packed.length]), packed]);
    expect(isMat(bytes)).toBe(true);
    const matrices = await decodeMat(bytes);
    expect([...matrices.keys()]).toEqual(['wide', 'small']);
    expect(matrices.get('wide')).toEqual({ shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) });
    expect(matrices.get('small')).toEqual({ shape: [1, 3], data: Float64Array.of(7, 8, 9) });
  });

  it.skipIf(!haveVectors)('of DISTS hold factors that sum to 1', async () => {
    const matrices = await decodeMat(vectorBytes('DISTS/alpha_beta.mat'));
    const total = [...matrices.values()].flatMap(({ data }) => [...data]).reduce((sum, value) => sum + value, 0);
    expect(total).toBeCloseTo(1, 6);
  });
});
