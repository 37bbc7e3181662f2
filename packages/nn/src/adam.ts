import { OptionError } from '@deflow/images';
import {
  add,
  backend,
  div,
  getBackend,
  getKernel,
  mul,
  type NamedAttrMap,
  type Scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { namedParameters, type ParameterTree } from './parameters.ts';

export interface AdamOptions {
  /** What to update: a tree (its trainable variables, moments named like them) or variables (moments named by position). */
  readonly parameters: ParameterTree | readonly Variable[];
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Variables that learn faster or slower than the others; 1 unless said. */
  readonly learningRateFactors?: ReadonlyMap<Variable, number>;
  /** Adds `weightDecay` times the parameter to its gradient (PyTorch's Adam, not AdamW). */
  readonly weightDecay?: number;
}

/** The two numbers that change from step to step. */
export interface AdamRates<Value = number> {
  readonly stepSize: Value;
  readonly epsilon: Value;
}

export interface Adam {
  /** The parameters, in the order in which `update` takes their gradients. */
  readonly parameters: readonly Variable[];
  /** `first.NAME` and `second.NAME` of every parameter, for checkpoints. */
  readonly moments: ParameterTree;
  /** All moments, for the `state` of a compiled step. */
  readonly variables: readonly Variable[];
  /**
   * stepSize = learningRate sqrt(1 - beta2^step) / (1 - beta1^step), epsilon sqrt(1 - beta2^step); `step` counts from 1.
   * @throws OptionError when `step` is not a whole number from 1 on.
   */
  rates(step: number, learningRate: number): AdamRates;
  /**
   * m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, p -= stepSize m / (sqrt(v) + epsilon), with `rates` as scalars.
   * Pure but for the variables, so it may stand in a compiled step. The backend's `ApplyAdam` kernel does it in place where there is one.
   * @throws OptionError when there are more or fewer gradients than parameters.
   */
  update(gradients: readonly Tensor[], rates: AdamRates<Scalar>): void;
  /** Frees the moments. */
  dispose(): void;
}

/** Adam (Kingma and Ba 2015) exactly as PyTorch computes it: there epsilon is added after the bias correction. */
export function adam(options: AdamOptions): Adam {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, learningRateFactors, weightDecay = 0 } = options;
  const named = nameParameters(options.parameters);
  const parameters = [...named.values()];
  const first = makeMoments(named);
  const second = makeMoments(named);
  const slots = [...named].map(([name, parameter]) => ({
    parameter,
    firstMoment: first[name]!,
    secondMoment: second[name]!,
    factor: learningRateFactors?.get(parameter) ?? 1,
  }));
  const variables = [...Object.values(first), ...Object.values(second)];

  return {
    parameters,
    moments: { first, second },
    variables,
    rates(step, learningRate) {
      if (!Number.isInteger(step) || step < 1) {
        throw new OptionError(`Adam has no step ${step}.`, { remedy: 'Count steps from 1.', value: step });
      }
      const correction = Math.sqrt(1 - beta2 ** step);
      return { stepSize: (learningRate * correction) / (1 - beta1 ** step), epsilon: epsilon * correction };
    },
    update(gradients, rates) {
      checkCount(gradients.length, parameters.length);
      const kernel = getKernel('ApplyAdam', getBackend());
      tidy(() => {
        slots.forEach(({ factor, ...slot }, index) => {
          const decay = weightDecay === 0 ? null : mul(slot.parameter, weightDecay);
          const gradient = decay ? add(gradients[index]!, decay) : gradients[index]!;
          const stepSize: Tensor = factor === 1 ? rates.stepSize : mul(rates.stepSize, factor);
          if (kernel) {
            const inputs = { gradient, stepSize, epsilon: rates.epsilon };
            const attrs = { ...slot, beta1, beta2 } as unknown as NamedAttrMap;
            kernel.kernelFunc({ inputs, attrs, backend: backend() });
          } else compose(slot, gradient, { stepSize, epsilon: rates.epsilon }, { beta1, beta2 });
        });
      });
    },
    dispose: () => variables.forEach((moment) => void moment.dispose()),
  };
}

interface Slot {
  readonly parameter: Variable;
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
}

function compose(
  { parameter, firstMoment, secondMoment }: Slot,
  gradient: Tensor,
  { stepSize, epsilon }: AdamRates<Tensor>,
  { beta1, beta2 }: { beta1: number; beta2: number },
): void {
  firstMoment.assign(add(mul(firstMoment, beta1), mul(gradient, 1 - beta1)));
  secondMoment.assign(add(mul(secondMoment, beta2), mul(square(gradient), 1 - beta2)));
  const direction = div(firstMoment, add(sqrt(secondMoment), epsilon));
  parameter.assign(sub(parameter, mul(stepSize, direction)));
}

function nameParameters(parameters: ParameterTree | readonly Variable[]): Map<string, Variable> {
  if (isList(parameters)) return new Map(parameters.map((parameter, index) => [`${index}`, parameter]));
  return new Map([...namedParameters(parameters)].filter(([, parameter]) => parameter.trainable));
}

const isList = (parameters: ParameterTree | readonly Variable[]): parameters is readonly Variable[] =>
  Array.isArray(parameters);

const makeMoments = (named: ReadonlyMap<string, Variable>): Record<string, Variable> =>
  tidy(() => Object.fromEntries([...named].map(([name, of]) => [name, variable(zerosLike(of), false)])));

function checkCount(gradients: number, parameters: number): void {
  if (gradients === parameters) return;
  throw new OptionError(`${gradients} gradients came for ${parameters} parameters.`, {
    remedy: 'Give one gradient for each variable of `parameters`, in that order.',
    value: gradients,
  });
}
