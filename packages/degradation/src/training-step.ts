import {
  type Adam,
  allFinite,
  type Compile,
  type Compiled,
  clipByGlobalNorm,
  type ExponentialMovingAverage,
  namedParameters,
  type TensorTree,
  zeroEachUnlessFinite,
  zeroUnlessFinite,
} from '@deflow/nn';
import {
  concat,
  keep,
  mean,
  mul,
  reshape,
  type Scalar,
  type Tensor,
  type Tensor1D,
  variableGrads,
} from '@tensorflow/tfjs-core';
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

/** Gradients that are safe to apply; `counts` is 1 unless the whole step is void. */
function guarded(raw: readonly Tensor[], loss: Scalar, clip: number | undefined) {
  if (clip === undefined) return { ...zeroEachUnlessFinite(raw, loss), counts: allFinite([loss]) };
  const { gradients, norm } = clipByGlobalNorm(raw, clip);
  const { finite, ...rest } = zeroUnlessFinite(gradients, [loss, norm]);
  return { ...rest, norm, finite, counts: finite };
}

/**
 * Compiles the training step. The objective is the mean of the images' bits per dim. A step whose loss is not finite changes no
 * parameter. Nor does one whose gradient is not finite where the gradient is clipped; otherwise only what is not finite in it counts as
 * zero (`zeroEachUnlessFinite`), so that every large parameter can be updated as soon as its gradient is there.
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
    const { gradients, norm, finite, counts } = guarded(raw, value, clip);
    optimiser.update(gradients, { stepSize: mul(stepSize, counts), epsilon });
    average?.update();
    const report = concat([bits!, reshape(norm, [1]), reshape(finite, [1])]) as Tensor1D;
    bits!.dispose();
    return report;
  };
  const state = [...namedParameters(model.parameters).values(), ...optimiser.variables, ...(average?.variables ?? [])];
  return compile(step, { state, precision, name: 'DeFlow training step' });
}
