import { createHash } from 'node:crypto';
import type { Image } from '@deflow/images';
import { toTensor } from '@deflow/images/tensors';
import { MissingWeightsError, readLpipsWeights } from '@deflow/metrics/node';
import { createLpips, type LpipsWeights } from '@deflow/metrics/tensors';

/** LPIPS (AlexNet, version 0.1) of two pictures. */
export interface PerceptualDistance {
  distance(picture: Image<Uint8Array>, truth: Image<Uint8Array>, border: number): Promise<number>;
  dispose(): void;
}

/** The weights that `deflow-metrics weights fetch` stored; undefined where there are none. */
export async function storedLpipsWeights(): Promise<LpipsWeights | undefined> {
  try {
    return await readLpipsWeights();
  } catch (error) {
    if (error instanceof MissingWeightsError) return undefined;
    throw error;
  }
}

/** Tells weights from others. */
export function weightsFingerprint({ heads }: LpipsWeights): string {
  const hash = createHash('sha256');
  for (const head of heads) hash.update(new Uint8Array(head.buffer, head.byteOffset, head.byteLength));
  return hash.digest('hex').slice(0, 12);
}

export function perceptualDistance(weights: LpipsWeights): PerceptualDistance {
  const lpips = createLpips(weights);
  return {
    dispose: () => lpips.dispose(),
    async distance(picture, truth, border) {
      const pair = [toTensor(picture), toTensor(truth)] as const;
      const result = lpips.distance(...pair, { range: 1, cropBorder: border });
      const [value] = await result.data();
      for (const tensor of [...pair, result]) tensor.dispose();
      return value!;
    },
  };
}
