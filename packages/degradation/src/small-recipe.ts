import type { DeFlowConfig } from './config.ts';
import { type Preset, small } from './presets.ts';

/** Which parts of the recipe of `small` another preset takes over: all but the basis unless said. */
export interface SmallRecipeOptions {
  /** Log-scales of couplings and injectors bounded by 0.05, so that noise cannot follow texture: Sigma has to carry it. */
  readonly nearAdditiveScales?: boolean;
  /**
   * The luma and Haar basis after the first squeeze, and rolls in place of random rotations, which would hide it. Off unless turned on: with
   * two levels it brought level and detail farther away from the real ones.
   */
  readonly lumaHaarBasis?: boolean;
  /** Sigma depends on h, so that noise can depend on brightness; starts at 1, and is learned five times as fast as the rest. */
  readonly sigmaDependsOnConditioning?: boolean;
  /** De-quantisation of width 1/64, so that the density is not spent on the 256 steps of clean pixels. */
  readonly widerDequantisation?: boolean;
  /** Noise of 0.1 on h, so that h does not tell the domains apart. */
  readonly moreConditioningNoise?: boolean;
}

/**
 * A preset of the published structure (`paperSmall`, `aim`, `ntire`, `dped`, or one of your own) with the recipe of `small`, whole or in
 * parts. docs/noise.md of the repository shows what each part does to the noise that is learned. `preset` is left as it is.
 */
export function withSmallRecipe({ model, training }: Preset, options: SmallRecipeOptions = {}): Preset {
  const {
    nearAdditiveScales = true,
    lumaHaarBasis = false,
    sigmaDependsOnConditioning = true,
    widerDequantisation = true,
    moreConditioningNoise = true,
  } = options;
  const recipe = small.model;
  const parts: Partial<DeFlowConfig> = {
    ...(widerDequantisation ? { quantisationLevels: recipe.quantisationLevels } : {}),
    ...(moreConditioningNoise ? { conditioning: { ...model.conditioning, noise: recipe.conditioning.noise } } : {}),
    ...(lumaHaarBasis
      ? { levels: model.levels.map((level, i) => (i === 0 ? { ...level, basis: 'luma haar' } : level)) }
      : {}),
    ...(sigmaDependsOnConditioning ? { shift: recipe.shift } : {}),
    step: {
      ...model.step,
      ...(nearAdditiveScales ? { scale: recipe.step.scale } : {}),
      ...(lumaHaarBasis ? { mixing: recipe.step.mixing } : {}),
    },
  };
  const { shiftLearningRateFactor } = sigmaDependsOnConditioning ? small.training : training;
  return { model: { ...model, ...parts }, training: { ...training, shiftLearningRateFactor } };
}
