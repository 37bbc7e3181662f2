import { afterEach, expect, it, vi } from 'vitest';
import type { Image } from '../image.ts';
import { createRandom } from '../random.ts';
import { resize as usual } from './resize.ts';

const random = createRandom('without WebAssembly');
const data = Uint8Array.from({ length: 31 * 23 * 3 }, () => random.integer(256));
const image: Image<Uint8Array> = { width: 31, height: 23, channels: 3, data };
const scales = [1 / 4, 1 / 3, 0.7, 2];
const expected = scales.map((scale) => usual(image, { scale }));

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const forbidden = () => {
  throw new WebAssembly.CompileError('Refused to compile or instantiate WebAssembly module');
};

it.each([
  ['there is no WebAssembly', () => vi.stubGlobal('WebAssembly', undefined)],
  ['a policy forbids it', () => vi.stubGlobal('WebAssembly', { ...WebAssembly, Module: forbidden })],
] as const)('resize gives the same bits where %s', async (_, stub) => {
  stub();
  vi.resetModules();
  const { vectorKernels } = await import('./load-kernels.ts');
  const { resize } = await import('./resize.ts');
  expect(vectorKernels()).toBeUndefined();
  expect(scales.map((scale) => resize(image, { scale }))).toEqual(expected);
});

it('gives the same bits where there is not enough memory', () => {
  const grow = vi.spyOn(WebAssembly.Memory.prototype, 'grow').mockImplementation(() => {
    throw new RangeError('WebAssembly.Memory.grow(): Unable to grow instance memory');
  });
  const wide: Image<Uint8Array> = { width: 9000, height: 20, channels: 1, data: new Uint8Array(180_000).fill(7) };
  const starved = usual(wide, { scale: 1 / 8 });
  expect(grow).toHaveBeenCalled();
  grow.mockRestore();
  expect(starved).toEqual(usual(wide, { scale: 1 / 8 }));
});
