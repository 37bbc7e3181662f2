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
import { mul, type Scalar, stack, type Tensor1D, variableGrads } from '@tensorflow/tfjs-core';
import { l1Loss } from './l1-loss.ts';
import type { SuperResolutionNetwork } from './network.ts';
import type { BatchTensors } from './training-batch.ts';

export interface TrainingStepOptions {
  readonly model: SuperResolutionNetwork;
  readonly optimiser: Adam;
  readonly average?: ExponentialMovingAverage | undefined;
  /** Largest global norm of the gradient. */
  readonly clip?: number | undefined;
  readonly compile: Compile;
  readonly precision: 'float32' | 'bfloat16';
}

/** The arguments of a step: the batch and Adam's two numbers. */
export type StepInputs = BatchTensors & { readonly stepSize: Scalar; readonly epsilon: Scalar };

/** One step: forward, backward, Adam in place, averages. Gives [L1 loss, gradient norm, 1 if the step counted or 0]. */
export type TrainingStep = Compiled<[StepInputs], Tensor1D>;

/** Compiles the training step of `model`. A step whose loss or gradient is not finite changes no parameter. */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  const { model, optimiser, average, clip, compile, precision } = options;
  const parameters = [...optimiser.parameters];
  const step = ({ low, high, stepSize, epsilon }: StepInputs): Tensor1D => {
    const { value, grads } = variableGrads(() => l1Loss(model.apply(low), high), parameters);
    const raw = parameters.map(({ name }) => grads[name]!);
    const clipped = clip === undefined ? { gradients: raw, norm: globalNorm(raw) } : clipByGlobalNorm(raw, clip);
    const { gradients, finite } = zeroUnlessFinite(clipped.gradients, [value, clipped.norm]);
    optimiser.update(gradients, { stepSize: mul(stepSize, finite), epsilon });
    average?.update();
    return stack([value, clipped.norm, finite]) as Tensor1D;
  };
  const state = [...namedParameters(model.parameters).values(), ...optimiser.variables, ...(average?.variables ?? [])];
  const name = 'super-resolution training step';
  return compile(step as (inputs: StepInputs) => Tensor1D & TensorTree, { state, precision, name });
}
