import { createRandom } from '@deflow/images';
import { disposeParameters } from '@deflow/nn';
import { memory, type Tensor4D, tensor4d, tidy, zeros } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { aim, createDeFlow, paperSmall, type SmallRecipeOptions, small, withSmallRecipe } from './index.ts';

const nothing: Required<SmallRecipeOptions> = {
  nearAdditiveScales: false,
  lumaHaarBasis: false,
  sigmaDependsOnConditioning: false,
  widerDequantisation: false,
  moreConditioningNoise: false,
};

/** Paths of the leaves in which two presets differ. */
function differences(a: unknown, b: unknown, path = ''): string[] {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b ? [] : [path];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) =>
    differences(
      (a as Record<string, unknown>)[key],
      (b as Record<string, unknown>)[key],
      path ? `${path}.${key}` : key,
    ),
  );
}

test('nothing of the recipe leaves a preset as it is', () => {
  expect(withSmallRecipe(paperSmall, nothing)).toEqual(paperSmall);
  expect(withSmallRecipe(aim, nothing)).toEqual(aim);
});

test('without options it is the whole recipe but the basis', () => {
  const whole = withSmallRecipe(paperSmall, { lumaHaarBasis: true });
  expect(differences(withSmallRecipe(paperSmall), whole)).toEqual(['model.step.mixing', 'model.levels.0.basis']);
});

test.each<[keyof SmallRecipeOptions, string[]]>([
  ['nearAdditiveScales', ['model.step.scale.coupling', 'model.step.scale.injector']],
  ['lumaHaarBasis', ['model.step.mixing', 'model.levels.0.basis']],
  ['widerDequantisation', ['model.quantisationLevels']],
  ['moreConditioningNoise', ['model.conditioning.noise']],
  [
    'sigmaDependsOnConditioning',
    [
      ...['model.shift.kind', 'model.shift.start', 'model.shift.dependsOnConditioning', 'model.shift.bound'],
      'training.shiftLearningRateFactor',
    ],
  ],
])('%s changes its own part', (option, changed) => {
  const before = structuredClone(paperSmall);
  const preset = withSmallRecipe(paperSmall, { ...nothing, [option]: true });
  expect(differences(paperSmall, preset)).toEqual(changed);
  expect(paperSmall).toEqual(before);
});

test('the whole recipe brings the values of small into any published structure', () => {
  const { model, training } = withSmallRecipe(aim, { lumaHaarBasis: true });
  expect(model.step).toEqual({ ...aim.model.step, scale: small.model.step.scale, mixing: 'roll' });
  expect(model.levels[0]).toEqual({ ...aim.model.levels[0], basis: 'luma haar' });
  expect(model.levels.slice(1)).toEqual(aim.model.levels.slice(1));
  expect(model.shift).toEqual(small.model.shift);
  expect(training).toEqual({ ...aim.training, shiftLearningRateFactor: 5 });
});

test.each([true, false])(
  'paperSmall with the recipe, lumaHaarBasis %s, is a flow: decoding undoes encoding',
  (lumaHaarBasis) => {
    const before = memory().numTensors;
    const random = createRandom(3);
    const model = createDeFlow({ config: withSmallRecipe(paperSmall, { lumaHaarBasis }).model, random });
    const error = tidy(() => {
      const images = tensor4d(random.uniforms(2 * 16 * 24 * 3), [2, 16, 24, 3]);
      const features = model.featuresOfReduced(model.reduce(images), zeros([2, 4, 6, 3]) as Tensor4D);
      const decoded = model.decode(model.encode(images, features).latents, features);
      const [a, b] = [images.dataSync(), decoded.dataSync()];
      return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
    });
    expect(error).toBeLessThan(2e-5);
    disposeParameters(model.parameters);
    expect(memory().numTensors).toBe(before);
  },
);
