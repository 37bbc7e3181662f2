import { checkChoice } from './choice.ts';
import { type MeasuredImage, type Mixture, type Planes, toMixedPlane, toPlanes } from './planes.ts';

/**
 * What a metric of one channel looks at, and what others see of the colours:
 * - `rgb`: the channels as they are; the metric is the mean over them (PSNR: of all samples together);
 * - `y601`: Y of MATLAB's YCbCr, 16..235, as in the tables of super-resolution papers; `y601-rounded`: to whole numbers;
 * - `rgb2gray`: MATLAB's grey, rounded to whole numbers;
 * - `luma`: 0.299 R + 0.587 G + 0.114 B; `luma-rounded`: to whole numbers.
 *
 * A grey image counts as three equal channels.
 */
export type Colour = 'rgb' | 'y601' | 'y601-rounded' | 'rgb2gray' | 'luma' | 'luma-rounded';

export interface Conversion extends Mixture {
  readonly rounded: boolean;
}

const y601 = { weights: [65.481 / 255, 128.553 / 255, 24.966 / 255], offset: 16 } as const;
const luma = { weights: [0.299, 0.587, 0.114], offset: 0 } as const;

export const conversions: Record<Exclude<Colour, 'rgb'>, Conversion> = {
  y601: { ...y601, rounded: false },
  'y601-rounded': { ...y601, rounded: true },
  // The first row of inv([1 0.956 0.621; 1 -0.272 -0.647; 1 -1.106 1.703]): NTSC.
  rgb2gray: { weights: [0.298936021293775, 0.587043074451121, 0.114020904255103], offset: 0, rounded: true },
  luma: { ...luma, rounded: false },
  'luma-rounded': { ...luma, rounded: true },
};

/** The planes that a metric with this `colour` looks at: those of the image without its border, or a single one. */
export function inColour(image: MeasuredImage, colour: Colour, border: number): Planes {
  if (colour === 'rgb') return toPlanes(image, border);
  checkChoice('colour', colour, Object.keys(conversions));
  const { width, height, data } = toMixedPlane(image, conversions[colour], border);
  if (conversions[colour].rounded) roundTo8Bits(data);
  return { width, height, planes: [data] };
}

/** Half up, which for samples is half away from zero, as in MATLAB. */
function roundTo8Bits(plane: Float64Array): void {
  for (let i = 0; i < plane.length; i++) {
    const whole = Math.floor(plane[i]! + 0.5);
    plane[i] = whole < 0 ? 0 : whole > 255 ? 255 : whole;
  }
}

/** Y, I and Q of NTSC's YIQ, unrounded; I and Q of a grey image are (almost) zero. */
export function toYiq({ width, height, planes }: Planes): Planes {
  const [red, green = red, blue = red] = planes;
  const rows = [
    [0.299, 0.587, 0.114],
    [0.5959, -0.2746, -0.3213],
    [0.2115, -0.5227, 0.3112],
  ] as const;
  return { width, height, planes: rows.map((row) => weighted([red!, green!, blue!], row)) };
}

/** The sum of three planes, each times its weight. */
export function weighted(planes: readonly Float64Array[], [r, g, b]: readonly [number, number, number]): Float64Array {
  const [red, green, blue] = planes as [Float64Array, Float64Array, Float64Array];
  const sum = new Float64Array(red.length);
  for (let i = 0; i < sum.length; i++) sum[i] = r * red[i]! + g * green[i]! + b * blue[i]!;
  return sum;
}
