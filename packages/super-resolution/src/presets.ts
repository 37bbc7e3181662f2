import type { SuperResolutionRecipe } from './recipe.ts';
import type { RrdbNetConfig } from './rrdb-net.ts';

/** A network's size and how to train it; the scale is yours: `rrdbNet({ scale: 4, ...preset.model, random })`. */
export interface SuperResolutionPreset {
  readonly model: Pick<RrdbNetConfig, 'features' | 'blocks' | 'growth'>;
  readonly training: SuperResolutionRecipe;
}

/** The published RRDB-PSNR training of BasicSR: L1, Adam, four cosine periods, EMA. Weeks on a processor. */
export const psnr: SuperResolutionPreset = {
  model: { features: 64, blocks: 23, growth: 32 },
  training: {
    steps: 1_000_000,
    learningRate: 2e-4,
    beta1: 0.9,
    beta2: 0.99,
    warmUpSteps: 0,
    schedule: { kind: 'cosine', periods: [0.25, 0.25, 0.25, 0.25], to: 5e-4 },
    averageDecay: 0.999,
    patchSize: 128,
    batchSize: 16,
  },
};

/** A small network in minutes on two processor cores. */
export const smallPsnr: SuperResolutionPreset = {
  model: { features: 32, blocks: 4, growth: 16 },
  training: {
    steps: 3000,
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.99,
    warmUpSteps: 100,
    schedule: { kind: 'cosine', periods: [1], to: 0.01 },
    clip: 1,
    averageDecay: 0.995,
    patchSize: 64,
    batchSize: 8,
  },
};

/** A tiny network in seconds: for trying things out. */
export const quick: SuperResolutionPreset = {
  model: { features: 16, blocks: 2, growth: 8 },
  training: { ...smallPsnr.training, steps: 300, warmUpSteps: 20, averageDecay: 0.98, patchSize: 48, batchSize: 4 },
};

/** All presets by name. */
export const presets = { psnr, smallPsnr, quick };
