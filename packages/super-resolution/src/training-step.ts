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
import { addN, mul, type Scalar, split, stack, type Tensor1D, variableGrads } from '@tensorflow/tfjs-core';
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
  /** Into how many parts to cut the batch. */
  readonly parts: number;
}

/** The arguments of a step: the batch and Adam's two numbers. */
export type StepInputs = BatchTensors & { readonly stepSize: Scalar; readonly epsilon: Scalar };

/** One step: forward, backward, Adam in place, averages. Gives [L1 loss, gradient norm, 1 if the step counted or 0]. */
export type TrainingStep = Compiled<[StepInputs], Tensor1D>;

/** The mean absolute difference over all patches, with `parts` networks beside each other: none has to wait for another. */
function lossOf(model: SuperResolutionNetwork, { low, high }: BatchTensors, parts: number): Scalar {
  const [count] = low.shape;
  if (parts <= 1 || count <= 1) return l1Loss(model.apply(low), high);
  const used = Math.min(parts, count);
  const sizes = Array.from(
    { length: used },
    (_, i) => Math.floor(((i + 1) * count) / used) - Math.floor((i * count) / used),
  );
  const highs = split(high, sizes, 0);
  const losses = split(low, sizes, 0).map((part, i) => mul(l1Loss(model.apply(part), highs[i]!), sizes[i]! / count));
  return addN(losses) as Scalar;
}

/** Compiles the training step of `model`. A step whose loss or gradient is not finite changes no parameter. */
export function trainingStep(options: TrainingStepOptions): TrainingStep {
  const { model, optimiser, average, clip, compile, precision, parts } = options;
  const parameters = [...optimiser.parameters];
  const step = ({ low, high, stepSize, epsilon }: StepInputs): Tensor1D => {
    const { value, grads } = variableGrads(() => lossOf(model, { low, high }, parts), parameters);
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
