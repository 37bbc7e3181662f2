import type { Random } from '@deflow/images';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { Size } from './bits-per-dim.ts';
import type { DeFlow, Domain } from './deflow.ts';
import { type NoiseField, noiseField, type Region } from './noise-field.ts';

export interface ImageNoise {
  /** Of the conditioning, one draw for all samples: [1, height / reduction, width / reduction, 3]. */
  conditioning(region: Region): Tensor4D;
  /** Uniform, one draw for all samples, [1, height, width, 3]; undefined for models whose translations take none. */
  dequantisation(region: Region): Tensor4D | undefined;
  /** Of the latents of one sample; `clean` is empty for clean images. */
  latents(region: Region, sample: number): { readonly shift: Tensor4D[]; readonly clean: Tensor4D[] };
}

/** All noise that translating a whole image of `domain` takes. The caller frees the parts that it asks for. */
export function imageNoise(
  model: DeFlow,
  { width, height, samples, domain }: Size & { readonly samples: number; readonly domain: Domain },
  random: Random,
): ImageNoise {
  const shapes = model.noiseShapes({ height, width });
  const field = (shape: readonly number[], name: string): NoiseField =>
    noiseField({ width, height, reduction: height / shape[0]!, channels: shape[2]!, random: random.fork(name) });
  const latentFields = (name: string) => shapes.latents.map((shape, level) => field(shape, `${name} ${level}`));
  const conditioning = field(shapes.conditioning, 'conditioning');
  const dequantisation =
    model.config.compatibility === 'released'
      ? noiseField({
          width,
          height,
          reduction: 1,
          channels: 3,
          random: random.fork('dequantisation'),
          distribution: 'uniform',
        })
      : undefined;
  const draws = Array.from({ length: samples }, (_, sample) => ({
    shift: latentFields(`sample ${sample} shift`),
    clean: domain === 'degraded' ? latentFields(`sample ${sample} clean`) : [],
  }));
  return {
    conditioning: (region) => conditioning.part(region),
    dequantisation: (region) => dequantisation?.part(region),
    latents(region, sample) {
      const { shift, clean } = draws[sample]!;
      return { shift: shift.map((each) => each.part(region)), clean: clean.map((each) => each.part(region)) };
    },
  };
}
