import type { RowLoops } from './row-loops.ts';
import { kernelModule } from './vector-kernels.ts';

/** The functions of the module. All arguments but the constants of `scores` are addresses and lengths in bytes. */
interface VectorKernels {
  readonly memory: WebAssembly.Memory;
  weightedSum(pairs: number, pairsEnd: number, middle: number, target: number, length: number): void;
  moments(x: number, y: number, squares: number, products: number, length: number): void;
  scores(means: number, contrast: number, ssim: number, length: number, ...constants: number[]): void;
}

/** Room for the pairs of windows of up to 127 values. */
const pairsBytes = 1024;
/** A memory of more than this is not kept for the next call: it can only grow. */
const keptBytes = 2 ** 25;

let module: WebAssembly.Module | undefined;
let kept: VectorKernels | undefined;
let missing = false;

/** Loops in WebAssembly; undefined where that or its SIMD is missing, a content security policy forbids it, or memory is short. */
export function vectorLoops<Name extends string>(lengths: Readonly<Record<Name, number>>): RowLoops<Name> | undefined {
  const all = Object.values<number>(lengths);
  // One row more is room for what weightedSum reads beyond the end of another.
  const bytes = pairsBytes + 8 * (all.reduce((sum, length) => sum + length, 0) + Math.max(...all));
  const kernels = missing ? undefined : withMemory(bytes);
  return kernels && loopsOf(kernels, lengths);
}

function withMemory(bytes: number): VectorKernels | undefined {
  try {
    module ??= new WebAssembly.Module(kernelModule());
    if (bytes > keptBytes) return grown(instance(module), bytes);
    kept ??= instance(module);
    return grown(kept, bytes);
  } catch {
    missing = module === undefined;
    return undefined;
  }
}

const instance = (of: WebAssembly.Module) => new WebAssembly.Instance(of).exports as unknown as VectorKernels;

function grown(kernels: VectorKernels, bytes: number): VectorKernels {
  const lacking = bytes - kernels.memory.buffer.byteLength;
  if (lacking > 0) kernels.memory.grow(Math.ceil(lacking / 2 ** 16));
  return kernels;
}

function loopsOf<Name extends string>(kernels: VectorKernels, lengths: Readonly<Record<Name, number>>): RowLoops<Name> {
  const { buffer } = kernels.memory;
  const pairs = new DataView(buffer);
  let end = pairsBytes;
  const rows = Object.entries<number>(lengths).map(([name, length]) => {
    const start = end;
    end += 8 * length;
    return [name, new Float64Array(buffer, start, length)];
  });
  return {
    rows: Object.fromEntries(rows),
    weightedSum(from, starts, window, target) {
      const half = window.length >> 1;
      const address = (k: number) => from.byteOffset + 8 * starts[k]!;
      pairs.setFloat64(0, window[half]!, true);
      for (let k = 0; k < half; k++) {
        pairs.setFloat64(8 + 16 * k, window[k]!, true);
        pairs.setInt32(16 + 16 * k, address(k), true);
        pairs.setInt32(20 + 16 * k, address(window.length - 1 - k), true);
      }
      kernels.weightedSum(0, 8 + 16 * half, address(half), target.byteOffset, target.byteLength);
    },
    moments: (x, y, squares, products) =>
      kernels.moments(x.byteOffset, y.byteOffset, squares.byteOffset, products.byteOffset, x.byteLength),
    scores(means, { covarianceFactor, c1, c2, least }, contrast, ssim) {
      const { byteOffset, byteLength } = contrast;
      kernels.scores(means.byteOffset, byteOffset, ssim.byteOffset, byteLength, covarianceFactor, c1, c2, least);
    },
  };
}
