import { bayerChannel } from './mosaic.ts';

/** `bilinear` averages the nearest samples of a colour; `malvar` corrects that by the Laplacian of the colour at hand. */
export type Demosaic = 'bilinear' | 'malvar';

type Kernel = readonly (readonly [dx: number, dy: number, weight: number])[];

/** Filters of Malvar, He and Cutler (2004), in eighths; without the corrections they are the bilinear ones. */
const cross: Kernel = [
  [-1, 0, 2],
  [1, 0, 2],
  [0, -1, 2],
  [0, 1, 2],
];
const diagonal: Kernel = [
  [-1, -1, 2],
  [1, -1, 2],
  [-1, 1, 2],
  [1, 1, 2],
];
const sideways: Kernel = [
  [-1, 0, 4],
  [1, 0, 4],
];
const far = (horizontal: number, vertical: number): Kernel => [
  [-2, 0, horizontal],
  [2, 0, horizontal],
  [0, -2, vertical],
  [0, 2, vertical],
];
const corners: Kernel = [
  [-1, -1, -1],
  [1, -1, -1],
  [-1, 1, -1],
  [1, 1, -1],
];
const turned = (kernel: Kernel): Kernel => kernel.map(([dx, dy, weight]) => [dy, dx, weight]);

const sidewaysCorrection: Kernel = [[0, 0, 5], ...far(-1, 0.5), ...corners];
const kernels: Record<Demosaic, { cross: Kernel; diagonal: Kernel; sideways: Kernel; upright: Kernel }> = {
  bilinear: { cross, diagonal, sideways, upright: turned(sideways) },
  malvar: {
    cross: [...cross, [0, 0, 4], ...far(-1, -1)],
    diagonal: [...diagonal, [0, 0, 6], ...far(-1.5, -1.5)],
    sideways: [...sideways, ...sidewaysCorrection],
    upright: turned([...sideways, ...sidewaysCorrection]),
  },
};

/** Mirrors without repeating the edge, so that the mosaic goes on in step. */
const mirror = (index: number, length: number): number => {
  if (length === 1) return 0;
  const inside = index < 0 ? -index : index;
  return inside < length ? inside : 2 * length - 2 - inside;
};

/** RGB (interleaved) from an RGGB mosaic of at least 3 x 3 pixels. */
export function demosaic(raw: Float32Array, width: number, height: number, method: Demosaic): Float32Array {
  const rgb = new Float32Array(raw.length * 3);
  const chosen = kernels[method];
  const flat = (kernel: Kernel) => ({
    steps: Int32Array.from(kernel, ([dx, dy]) => dy * width + dx),
    weights: Float64Array.from(kernel, ([, , weight]) => weight / 8),
    kernel,
  });
  const at = { cross: flat(chosen.cross), diagonal: flat(chosen.diagonal) };
  const beside = [flat(chosen.sideways), flat(chosen.upright)] as const;
  const filter = ({ steps, weights, kernel }: ReturnType<typeof flat>, x: number, y: number): number => {
    let sum = 0;
    if (x >= 2 && y >= 2 && x < width - 2 && y < height - 2) {
      const centre = y * width + x;
      for (let k = 0; k < steps.length; k++) sum += weights[k]! * raw[centre + steps[k]!]!;
      return sum;
    }
    for (const [dx, dy, weight] of kernel)
      sum += (weight / 8) * raw[mirror(y + dy, height) * width + mirror(x + dx, width)]!;
    return sum;
  };
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      const own = bayerChannel(x, y);
      rgb[3 * i + own] = raw[i]!;
      if (own === 1) {
        // Red lies beside green in even rows, above and below it in odd ones; blue the other way.
        rgb[3 * i] = filter(beside[(y & 1) as 0 | 1], x, y);
        rgb[3 * i + 2] = filter(beside[(1 - (y & 1)) as 0 | 1], x, y);
      } else {
        rgb[3 * i + 1] = filter(at.cross, x, y);
        rgb[3 * i + 2 - own] = filter(at.diagonal, x, y);
      }
    }
  return rgb;
}
