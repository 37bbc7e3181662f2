import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { namedParameters } from '@deflow/nn';
import { type Tensor, type Tensor4D, tensor, tensor4d, tidy, transpose } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { SuperResolutionNetwork } from '../src/index.ts';

const folder = fileURLToPath(new URL('../../../../shared/golden/sr/', import.meta.url));

/** Whether the original programs' numbers are there; without them the tests that need them are skipped. */
export const haveGolden = existsSync(folder);
if (!haveGolden)
  console.warn('Skipped the golden numbers: there is no folder ../shared/golden/sr beside the repository.');

export const goldenPath = (name: string): string => folder + name;

/** A JSON file of the golden folder. */
export const golden = <Content>(name: string): Content => JSON.parse(readFileSync(goldenPath(name), 'utf8')) as Content;

/** An image by formula: x[i] = a + b sin(phi + w i) + c s(key, i), i in the order [n, c, y, x]. */
export interface FormulaImage {
  readonly key: string;
  readonly shape: readonly [number, number, number, number];
  readonly a: number;
  readonly b: number;
  readonly phi: number;
  readonly w: number;
  readonly c: number;
}

/** What is known of a tensor; `first` numbers, or all `values`. */
export interface Statistics {
  readonly mean?: number;
  readonly std?: number;
  readonly l2: number;
  readonly cosdot: number;
  readonly first?: readonly number[];
  readonly values?: readonly number[];
  readonly entries?: readonly { readonly at: readonly [number, number, number, number]; readonly value: number }[];
}

/** s(key, i) of the golden README: a hash in [-1, 1). */
export function formulaNoise(key: string, count: number): Float64Array {
  let hash = 2166136261;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16777619);
  return Float64Array.from({ length: count }, (_, i) => {
    let a = Math.imul(i + 1, 2654435761) ^ hash;
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
    a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
    return ((a ^ (a >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);

/** The image as [batch, height, width, channels]. */
export function formulaImage({ key, shape, a, b, phi, w, c }: FormulaImage): Tensor4D {
  const values = formulaNoise(key, size(shape)).map((s, i) => a + b * Math.sin(phi + w * i) + c * s);
  return tidy(() => transpose(tensor4d(Float32Array.from(values), [...shape]), [0, 2, 3, 1]));
}

/** Values of a tensor in PyTorch's order: images [n, c, y, x], kernels [out, in, h, w]. */
export function pyTorchOrder(x: Tensor, kind: 'image' | 'kernel'): number[] {
  if (x.rank !== 4) return [...x.dataSync()];
  return [...tidy(() => transpose(x, kind === 'image' ? [0, 3, 1, 2] : [3, 2, 0, 1])).dataSync()];
}

/** Gives the parameters of `network`, in their order, the values of the README's formula for `tag`. */
export function assignFormula(
  network: SuperResolutionNetwork,
  tag: string,
  { gain = 1, overrides = {} }: { gain?: number; overrides?: Readonly<Record<string, number>> } = {},
): void {
  [...namedParameters(network.parameters)].forEach(([name, variable], index) => {
    const noise = formulaNoise(`${tag}/${index}`, variable.size);
    tidy(() => {
      if (variable.rank !== 4) {
        const slopes = name.endsWith('.weight');
        const values = noise.map((s) => (slopes ? 0.2 + 0.1 * s : 0.05 * s));
        variable.assign(tensor(Float32Array.from(values), variable.shape));
        return;
      }
      const [height, width, input, output] = variable.shape as [number, number, number, number];
      const scale = (overrides[name] ?? gain) * Math.sqrt(3 / (input * height * width));
      const kernel = tensor(
        Float32Array.from(noise, (s) => scale * s),
        [output, input, height, width],
      );
      variable.assign(transpose(kernel, [2, 3, 1, 0]));
    });
  });
}

/** The projection that golden objectives and `cosdot` use. */
export const projection = (index: number): number => Math.cos(0.1 + 0.7 * index);

/** Expects `values` to have the statistics, each within `tolerance` times the size of what it is made of. */
export function expectStatistics(values: readonly number[], wanted: Statistics, tolerance: number): void {
  const l2 = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
  const norm = Math.max(wanted.l2, 1e-12);
  const rootMeanSquare = norm / Math.sqrt(values.length);
  expect(Math.abs(l2 / norm - 1)).toBeLessThan(tolerance);
  const dot = values.reduce((sum, value, index) => sum + value * projection(index), 0);
  expect(Math.abs(dot - wanted.cosdot) / norm).toBeLessThan(tolerance);
  if (wanted.mean !== undefined) {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(Math.abs(mean - wanted.mean) / rootMeanSquare).toBeLessThan(tolerance);
  }
  (wanted.values ?? wanted.first ?? []).forEach((value, index) => {
    expect(Math.abs(values[index]! - value) / Math.max(rootMeanSquare, Math.abs(value))).toBeLessThan(tolerance);
  });
}

/** Expects single numbers of an image. */
export function expectEntries(
  values: readonly number[],
  shape: readonly number[],
  wanted: Statistics,
  tolerance: number,
) {
  const [, channels, height, width] = shape as [number, number, number, number];
  for (const { at, value } of wanted.entries ?? []) {
    const [n, c, y, x] = at;
    expect(Math.abs(values[((n * channels + c) * height + y) * width + x]! - value)).toBeLessThan(tolerance);
  }
}
