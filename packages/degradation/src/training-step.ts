import {
  type Adam,
  type Compile,
  type Compiled,
  clipByGlobalNorm,
  type ExponentialMovingAverage,
  globalNorm,
  namedParameters,
  type TensorTree,
  zeroUnlessFinite,
} from '@deflow/nn';
import { concat, keep, mean, mul, reshape, type Scalar, type Tensor1D, variableGrads } from '@tensorflow/tfjs-core';
import type { DeFlow } from './deflow.ts';
import type { BatchTensors } from './training-batch.ts';

export interface TrainingStepOptions {
  readonly model: DeFlow;
  readonly optimiser: Adam;
  readonly average?: ExponentialMovingAverage | undefined;
  /** Largest global norm of the gradient. */
  readonly clip?: number | undefined;
  readonly compile: Compile;
  readonly precision: 'float32' | 'bfloat16';
}

/** The arguments of a step: the batch and Adam's two numbers. */
export type StepInputs = BatchTensors['tensors'] & {
  readonly stepSize: Scalar;
  readonly epsilon: Scalar;
};

/** One step: forward, backward, clip, Adam in place. Gives [bits per dim of each image ..., gradient norm, 1 if it counted or 0]. */
export type TrainingStep = Compiled<[{ readonly [name: string]: TensorTree }], Tensor1D>;

/**
 * Compiles the training step. The objective is the mean of the images' bits per dim. A step whose loss or gradient is not finite
 * changes no parameter.
 */
export function trainingStep({
  model,
  optimiser,
  average,
  clip,
  compile,
  precision,
}: TrainingStepOptions): TrainingStep {
  const parameters = [...optimiser.parameters];
  // The released program minimises bits per pixel position, three channels together; Adam's epsilon sees the difference.
  const lossUnit = model.config.compatibility === 'released' ? 3 : 1;
  const step = (inputs: { readonly [name: string]: TensorTree }): Tensor1D => {
    const { images, labels, noise, stepSize, epsilon } = inputs as unknown as StepInputs;
    let bits: Tensor1D | undefined;
    const { value, grads } = variableGrads(() => {
      // The gradients' own tidy would free it.
      bits = keep(model.negativeLogLikelihood(images, labels, noise));
      return mul(mean(bits), lossUnit) as Scalar;
    }, parameters);
    const raw = parameters.map(({ name }) => grads[name]!);
    const clipped = clip === undefined ? { gradients: raw, norm: globalNorm(raw) } : clipByGlobalNorm(raw, clip);
    const { gradients, finite } = zeroUnlessFinite(clipped.gradients, [value, clipped.norm]);
    optimiser.update(gradients, { stepSize: mul(stepSize, finite), epsilon });
    average?.update();
    const report = concat([bits!, reshape(clipped.norm, [1]), reshape(finite, [1])]) as Tensor1D;
    bits!.dispose();
    return report;
  };
  const state = [...namedParameters(model.parameters).values(), ...optimiser.variables, ...(average?.variables ?? [])];
  return compile(step, { state, precision, name: 'DeFlow training step' });
}
