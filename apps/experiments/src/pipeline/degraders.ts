import { cameraPresets, cameraProcess } from '@deflow/datasets';
import { jpegRoundTrip } from '@deflow/datasets/node';
import { createTranslator, deflowFromBytes } from '@deflow/degradation';
import { createRandom, type Image } from '@deflow/images';
import { flatPatchStatistics, NoPatchesError } from '@deflow/metrics';
import type { Compile } from '@deflow/nn';
import { addGaussianNoise } from '../evaluation/gaussian-noise.ts';
import type { StudyConfiguration } from './study-schema.ts';

type Picture = Image<Uint8Array>;

/** Makes degraded pictures of clean ones; the name decides the random numbers. `strength`: of the noise, 1 as measured or learned. */
export interface Degrader {
  degrade(image: Picture, name: string, strength: number): Promise<Picture>;
  dispose(): void;
}

/** Nothing but the bicubic reduction that made the image small. */
export const bicubicDegrader: Degrader = { degrade: async (image) => image, dispose() {} };

/** White noise. `level`: its standard deviation, of 255. */
export const gaussianDegrader = (level: number, seed: number): Degrader => {
  const random = createRandom(`gaussian ${seed}`);
  return {
    degrade: async (image, name, strength) => addGaussianNoise(image, strength * level, random.fork(name)),
    dispose() {},
  };
};

/** The standard deviation by which flat patches of degraded pictures exceed those of clean ones; 10 where none is flat. */
export function matchedLevel(clean: readonly Picture[], degraded: readonly Picture[]): number {
  try {
    const [before, after] = [flatPatchStatistics(clean), flatPatchStatistics(degraded)];
    return Math.sqrt(Math.max(0, after.std ** 2 - before.std ** 2));
  } catch (error) {
    if (error instanceof NoPatchesError) return 10;
    throw error;
  }
}

export interface DeFlowDegraderOptions {
  readonly checkpoint: Uint8Array;
  readonly seed: number;
  /** Sigma of the blur before. */
  readonly softness: number;
  readonly compile: Compile;
}

/** A blur, then what a trained DeFlow makes of it. */
export function deflowDegrader({ checkpoint, seed, softness, compile }: DeFlowDegraderOptions): Degrader {
  const translator = createTranslator(deflowFromBytes(checkpoint), { compile });
  const soften = cameraProcess(softness > 0 ? [{ step: 'blur', sigma: softness }] : []);
  const random = createRandom(seed);
  return {
    degrade: async (image, name, strength) =>
      (await translator.degrade(await soften(image, random), { seed: `${seed} ${name}`, strength }))[0]!,
    dispose: () => translator.dispose(),
  };
}

/** The camera that took the degraded pictures: the truth, which only made benchmarks know. */
export function cameraDegrader(camera: StudyConfiguration['cameras']['training'], seed: number): Degrader {
  const process = typeof camera === 'string' ? cameraPresets[camera] : camera.process;
  const take = cameraProcess(process, { compress: jpegRoundTrip });
  const random = createRandom(`camera ${seed}`);
  return { degrade: async (image, name) => take(image, random.fork(name)), dispose() {} };
}
