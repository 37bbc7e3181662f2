import { OptionError } from '@deflow/images';
import { NoNoiseError } from './errors.ts';
import { type ImagePair, pictureChange } from './picture-change.ts';

export interface LevelFunctionOptions {
  /** Into how many classes of equal width brightness is divided; default 16. */
  readonly bins?: number;
}

/** How noise depends on what lies under it. Brightness and levels are in units of 1/255. */
export interface LevelFunction {
  /** Mean clean brightness of the samples in each class; NaN where there are none. */
  readonly brightness: Float64Array;
  /** Standard deviation of the noise in each class; NaN where there are fewer than two samples. */
  readonly std: Float64Array;
  readonly counts: Float64Array;
  /** The line variance = slope brightness + offset through the classes: shot noise and read noise of a camera. */
  readonly slope: number;
  readonly offset: number;
}

/** Beyond these, clipping at black and white cuts the noise off. */
const [darkest, brightest] = [12, 243];

/**
 * Noise (degraded minus clean) by the brightness of the clean sample, all channels together, and the line of its variance
 * (Foi et al. 2008), least squares weighted by how well each class knows its variance.
 *
 * @throws PairSizeError when the images of a pair differ in size; NoNoiseError when they are equal, or all of them are black
 * or burnt out; InvalidSampleError, SampleRangeError
 */
export function noiseLevelFunction(
  pairs: Iterable<ImagePair>,
  { bins = 16 }: LevelFunctionOptions = {},
): LevelFunction {
  if (!Number.isInteger(bins) || bins < 2)
    throw new OptionError(`Cannot divide brightness into ${bins} classes.`, { value: bins, remedy: 'Give 2 or more.' });
  const [counts, levels, sums, squares] = Array.from({ length: 4 }, () => new Float64Array(bins)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let count = 0;
  for (const pair of pairs) {
    const { clean, change } = pictureChange(pair, count++);
    clean.planes.forEach((plane, channel) => {
      const noise = change[channel]!;
      for (let i = 0; i < plane.length; i++) {
        const level = plane[i]!;
        if (!(level >= darkest && level <= brightest)) continue;
        const bin = Math.min(bins - 1, Math.floor((level * bins) / 256));
        counts[bin]! += 1;
        levels[bin]! += level;
        sums[bin]! += noise[i]!;
        squares[bin]! += noise[i]! ** 2;
      }
    });
  }
  const brightness = levels.map((sum, bin) => sum / counts[bin]!);
  const variances = squares.map((sum, bin) => {
    const samples = counts[bin]!;
    return samples > 1 ? Math.max(sum - sums[bin]! ** 2 / samples, 0) / (samples - 1) : Number.NaN;
  });
  if (!variances.some((variance) => variance > 0)) throw new NoNoiseError(count);
  return { brightness, std: variances.map(Math.sqrt), counts, ...line(brightness, variances, counts) };
}

/** The variance of a variance falls with the count and grows with its square. */
function line(brightness: Float64Array, variances: Float64Array, counts: Float64Array) {
  let [total, x, y, xx, xy] = [0, 0, 0, 0, 0];
  variances.forEach((variance, bin) => {
    if (!(variance > 0)) return;
    const weight = counts[bin]! / variance ** 2;
    total += weight;
    x += weight * brightness[bin]!;
    y += weight * variance;
    xx += weight * brightness[bin]! ** 2;
    xy += weight * brightness[bin]! * variance;
  });
  const spread = xx - (x * x) / total;
  const slope = spread > 1e-9 * xx ? (xy - (x * y) / total) / spread : 0;
  return { slope, offset: (y - slope * x) / total };
}
