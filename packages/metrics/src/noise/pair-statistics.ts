import { NoPatchesError } from './errors.ts';
import { type NoiseShape, noiseMoments } from './noise-moments.ts';
import { patchArea, patchSize, textureThird, unsaturatedPatches } from './patches.ts';
import { type ImagePair, pictureChange } from './picture-change.ts';
import { patchResidual, planeCorrection } from './residual.ts';
import { meanAndDeviation, median } from './summary.ts';

/** What a degradation does to known pictures. Levels are in units of 1/255; triples are red, green, blue. */
export interface PairStatistics extends NoiseShape {
  /** Standard deviation within patches, of each channel. */
  readonly std: readonly [number, number, number];
  /** Median patch level at clean brightness 0-51, ..., 204-255; NaN where there are no patches. */
  readonly brightness: readonly [number, number, number, number, number];
  /** Median patch level in the flat, middle and textured third of each clean picture. */
  readonly texture: { readonly flat: number; readonly middle: number; readonly textured: number };
  /** Standard deviation of the mean change of a 12x12 patch: noise coarser than a patch. */
  readonly low: number;
  /** Mean change of each channel. */
  readonly bias: readonly [number, number, number];
  /** How many patches were measured. */
  readonly patches: number;
}

/**
 * Measures degraded minus clean in all patches of 12x12 that are unsaturated in the clean picture, minus their least-squares planes.
 *
 * @throws PairSizeError when the images of a pair differ in size; NoPatchesError when nothing can be measured.
 */
export function pairStatistics(pairs: Iterable<ImagePair>): PairStatistics {
  const moments = noiseMoments();
  const energy = [0, 0, 0];
  const changes: [number[], number[], number[]] = [[], [], []];
  const brightness: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
  const texture: { flat: number[]; middle: number[]; textured: number[] } = { flat: [], middle: [], textured: [] };
  let count = 0;
  let patches = 0;
  for (const pair of pairs) {
    const { clean, change } = pictureChange(pair, count++);
    const patchesHere = unsaturatedPatches(clean);
    patches += patchesHere.length;
    patchesHere.forEach(({ x, y, brightness: level }, index) => {
      const residual = patchResidual(change, clean.width, x, y);
      moments.add(residual);
      brightness[Math.min(4, Math.floor(level / 51))]!.push(residual.rms * planeCorrection);
      texture[textureThird(index, patchesHere.length)].push(residual.rms * planeCorrection);
      for (const [channel, samples] of residual.channels.entries()) {
        for (const sample of samples) energy[channel]! += sample * sample;
        changes[channel]!.push(patchMean(change[channel]!, clean.width, x, y));
      }
    });
  }
  if (patches === 0) throw new NoPatchesError(count);
  const [red, green, blue] = changes.map(meanAndDeviation) as [Spread, Spread, Spread];
  const std = (channel: number) => planeCorrection * Math.sqrt(energy[channel]! / (patches * patchArea));
  return {
    std: [std(0), std(1), std(2)],
    ...moments.shape(),
    brightness: [
      median(brightness[0]),
      median(brightness[1]),
      median(brightness[2]),
      median(brightness[3]),
      median(brightness[4]),
    ],
    texture: { flat: median(texture.flat), middle: median(texture.middle), textured: median(texture.textured) },
    low: Math.sqrt((red.sd ** 2 + green.sd ** 2 + blue.sd ** 2) / 3),
    bias: [red.mean, green.mean, blue.mean],
    patches,
  };
}

type Spread = ReturnType<typeof meanAndDeviation>;

function patchMean(plane: Float64Array, width: number, left: number, top: number): number {
  let sum = 0;
  for (let y = top; y < top + patchSize; y++) {
    for (let x = left; x < left + patchSize; x++) sum += plane[y * width + x]!;
  }
  return sum / patchArea;
}
