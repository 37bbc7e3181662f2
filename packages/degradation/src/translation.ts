import { add, mul, type Scalar, sub, type Tensor4D } from '@tensorflow/tfjs-core';
import type { DeFlowConfig } from './config.ts';
import type { Analysis, DeFlow } from './deflow.ts';
import type { DomainShift } from './domain-shift.ts';
import type { Flow } from './flow.ts';
import { convertStatistics } from './statistics-matching.ts';

/** The second halves of both translations: shift every latent, decode with the features that encoded. */
export function translations(
  flow: Flow,
  { statistics }: DeFlowConfig,
): Pick<DeFlow, 'degradeAnalysed' | 'restoreAnalysed'> {
  const translate = (
    { latents, features }: Analysis,
    strength: Scalar | undefined,
    move: (shift: DomainShift, latent: Tensor4D, features: Tensor4D, index: number) => Tensor4D,
  ) => {
    const moved = flow.latents.map(({ shift, level }, index) => {
      const latent = latents[index]!;
      const to = move(shift, latent, features.levels[level]!, index);
      return strength ? (add(latent, mul(strength, sub(to, latent))) as Tensor4D) : to;
    });
    return flow.decode(moved, features);
  };
  return {
    degradeAnalysed(analysis, noise, strength) {
      const degraded = translate(analysis, strength, (shift, latent, features, index) =>
        shift.degrade(latent, noise[index]!, features),
      );
      return statistics ? convertStatistics(degraded, statistics.images.clean, statistics.images.degraded) : degraded;
    },
    restoreAnalysed: (analysis, noise, strength) =>
      translate(analysis, strength, (shift, latent, features, index) =>
        shift.restore(latent, noise.clean[index]!, noise.shift[index]!, features),
      ),
  };
}
