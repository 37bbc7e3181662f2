import { NoNoiseError } from './errors.ts';
import { type ImagePair, pictureChange } from './picture-change.ts';

/** Classes of noise from -white to white. */
const bins = 256;

/**
 * Kullback-Leibler divergence of the distribution of synthetic noise from that of real noise, sample by sample, in nats:
 * both as histograms of 256 classes from minus white to white, as in the tables of noise models (KLD). From 0, lower is
 * better. A class that only real noise reaches counts as one synthetic sample, so that the number stays finite.
 *
 * @throws PairSizeError when the images of a pair differ in size; NoNoiseError without any pair; InvalidSampleError,
 * SampleRangeError
 */
export function noiseDivergence(real: Iterable<ImagePair>, synthetic: Iterable<ImagePair>): number {
  const [p, q] = [histogram(real), histogram(synthetic)];
  let divergence = 0;
  for (let bin = 0; bin < bins; bin++) {
    const share = p.counts[bin]! / p.total;
    if (share > 0) divergence += share * Math.log(share / (Math.max(q.counts[bin]!, 1) / q.total));
  }
  return divergence;
}

function histogram(pairs: Iterable<ImagePair>): { counts: Float64Array; total: number } {
  const counts = new Float64Array(bins);
  let [count, total] = [0, 0];
  for (const pair of pairs)
    for (const plane of pictureChange(pair, count++).change) {
      for (let i = 0; i < plane.length; i++) {
        const bin = Math.floor((plane[i]! / 255 + 1) * (bins / 2));
        counts[Math.min(Math.max(bin, 0), bins - 1)]! += 1;
      }
      total += plane.length;
    }
  if (total === 0) throw new NoNoiseError(count);
  return { counts, total };
}
