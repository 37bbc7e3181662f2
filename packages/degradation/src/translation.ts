import { add, mul, type Scalar, sub, type Tensor4D } from '@tensorflow/tfjs-core';
import type { DeFlowConfig } from './config.ts';
import type { Analysis, DeFlow } from './deflow.ts';
import type { DomainShift } from './domain-shift.ts';
import type { Flow } from './flow.ts';
import { convertStatistics } from './statistics-matching.ts';

/** The second halves of both translations, shift every latent and decode with the features that encoded; and latents drawn anew. */
export function translations(
  flow: Flow,
  { statistics }: DeFlowConfig,
): Pick<DeFlow, 'degradeAnalysed' | 'restoreAnalysed' | 'generate'> {
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
  const likeDegraded = (images: Tensor4D) =>
    statistics ? convertStatistics(images, statistics.images.clean, statistics.images.degraded) : images;
  return {
    degradeAnalysed(analysis, noise, strength) {
      const degraded = translate(analysis, strength, (shift, latent, features, index) =>
        shift.degrade(latent, noise[index]!, features),
      );
      return likeDegraded(degraded);
    },
    restoreAnalysed: (analysis, noise, strength) =>
      translate(analysis, strength, (shift, latent, features, index) =>
        shift.restore(latent, noise.clean[index]!, noise.shift[index]!, features),
      ),
    generate(features, noise, domain, temperature) {
      const warm = (values: Tensor4D) => (temperature ? (mul(values, temperature) as Tensor4D) : values);
      const drawn = flow.latents.map(({ shift, level }, index) => {
        const clean = warm(noise.clean[index]!);
        return domain === 'clean' ? clean : shift.degrade(clean, warm(noise.shift[index]!), features.levels[level]!);
      });
      const images = flow.decode(drawn, features);
      return domain === 'clean' ? images : likeDegraded(images);
    },
  };
}
