import { kernelModule } from './vector-kernels.ts';

/** The functions of the module. Rows are float64; all places are byte addresses in `memory`, an end is the place behind the last. */
export interface VectorKernels {
  readonly memory: WebAssembly.Memory;
  /** Writes the weighted sum of rows, whose addresses (int32) are listed from `rows` to `rowsEnd`, weights (float64) at `weights`. */
  sumRows(to: number, end: number, rows: number, rowsEnd: number, weights: number): void;
  /** Writes weighted sums of pixels of `row`: for each, lists of `tapBytes / 4` offsets in the row (int32) and weights (float64). */
  readonly sumPixels: readonly SumPixels[];
  /** Clips to 0..white and rounds in place; ties go up. */
  roundHalfAway(row: number, end: number, white: number): void;
  /** The same; ties go to the even neighbour. */
  roundHalfEven(row: number, end: number, white: number): void;
}

type SumPixels = (to: number, end: number, row: number, offsets: number, weights: number, tapBytes: number) => void;

let held: VectorKernels | undefined;
let missing = false;

/** The kernels; undefined where there is no WebAssembly with SIMD, or where a content security policy forbids it. */
export function vectorKernels(): VectorKernels | undefined {
  if (held || missing) return held;
  try {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(kernelModule()));
    const byChannels = [1, 2, 3, 4].map((channels) => exports[`sumPixels${channels}`] as SumPixels);
    held = { ...(exports as unknown as VectorKernels), sumPixels: byChannels };
  } catch {
    missing = true;
  }
  return held;
}

/** Lets go of the memory of the kernels, which can only grow. */
export function releaseKernels(): void {
  held = undefined;
}
