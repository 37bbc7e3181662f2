import { OptionError } from '@deflow/images';
import {
  add,
  backend,
  div,
  fill,
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
import { join, joinVariables, type Storage, separate } from './joined-variables.ts';
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
  /**
   * `joined`: all first moments in one variable, all second ones in another, updated at once: for models of many small parameters,
   * above all with XLA, whose program then has fewer and larger parts. It needs room for two more copies of the parameters during an
   * update. `moments` is the same either way.
   */
  readonly storage?: Storage;
}

/** The two numbers that change from step to step. */
export interface AdamRates<Value = number> {
  readonly stepSize: Value;
  readonly epsilon: Value;
}

export interface Adam {
  /** The parameters, in the order in which `update` takes their gradients. */
  readonly parameters: readonly Variable[];
  /** `first.NAME` and `second.NAME` of every parameter, for checkpoints; joined ones as they are when you ask. */
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
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, storage = 'each' } = options;
  const named = nameParameters(options.parameters);
  const parameters = [...named.values()];
  const moments = storage === 'joined' ? joinedMoments(named, options) : separateMoments(named, options);
  return {
    parameters,
    get moments() {
      return moments.tree();
    },
    variables: moments.variables,
    rates(step, learningRate) {
      if (!Number.isInteger(step) || step < 1) {
        throw new OptionError(`Adam has no step ${step}.`, { remedy: 'Count steps from 1.', value: step });
      }
      const correction = Math.sqrt(1 - beta2 ** step);
      return { stepSize: (learningRate * correction) / (1 - beta1 ** step), epsilon: epsilon * correction };
    },
    update(gradients, rates) {
      checkCount(gradients.length, parameters.length);
      tidy(() => moments.update(gradients, rates, { beta1, beta2 }));
    },
    dispose: () => moments.dispose(),
  };
}

interface Slot {
  readonly parameter: Variable;
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
}

interface Betas {
  readonly beta1: number;
  readonly beta2: number;
}

interface Moments {
  readonly variables: readonly Variable[];
  tree(): ParameterTree;
  update(gradients: readonly Tensor[], rates: AdamRates<Scalar>, betas: Betas): void;
  dispose(): void;
}

/** New moments, and how far the parameter moves down. */
function next(first: Tensor, second: Tensor, gradient: Tensor, rates: AdamRates<Tensor>, { beta1, beta2 }: Betas) {
  const firstMoment = add(mul(first, beta1), mul(gradient, 1 - beta1));
  const secondMoment = add(mul(second, beta2), mul(square(gradient), 1 - beta2));
  const move = mul(rates.stepSize, div(firstMoment, add(sqrt(secondMoment), rates.epsilon)));
  return { firstMoment, secondMoment, move };
}

function compose(
  { parameter, firstMoment, secondMoment }: Slot,
  gradient: Tensor,
  rates: AdamRates<Tensor>,
  betas: Betas,
): void {
  const found = next(firstMoment, secondMoment, gradient, rates, betas);
  firstMoment.assign(found.firstMoment);
  secondMoment.assign(found.secondMoment);
  parameter.assign(sub(parameter, found.move));
}

function separateMoments(
  named: ReadonlyMap<string, Variable>,
  { learningRateFactors, weightDecay = 0 }: AdamOptions,
): Moments {
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
    variables,
    tree: () => ({ first, second }),
    update(gradients, rates, betas) {
      const kernel = getKernel('ApplyAdam', getBackend());
      slots.forEach(({ factor, ...slot }, index) => {
        const decay = weightDecay === 0 ? null : mul(slot.parameter, weightDecay);
        const gradient = decay ? add(gradients[index]!, decay) : gradients[index]!;
        const stepSize: Tensor = factor === 1 ? rates.stepSize : mul(rates.stepSize, factor);
        if (kernel) {
          const inputs = { gradient, stepSize, epsilon: rates.epsilon };
          const attrs = { ...slot, ...betas } as unknown as NamedAttrMap;
          kernel.kernelFunc({ inputs, attrs, backend: backend() });
        } else compose(slot, gradient, { stepSize, epsilon: rates.epsilon }, betas);
      });
    },
    dispose: () => variables.forEach((moment) => void moment.dispose()),
  };
}

function joinedMoments(
  named: ReadonlyMap<string, Variable>,
  { learningRateFactors, weightDecay = 0 }: AdamOptions,
): Moments {
  const parameters = [...named.values()];
  const [first, second] = [joinVariables(named, zerosLike), joinVariables(named, zerosLike)];
  const factors = parameters.map((parameter) => learningRateFactors?.get(parameter) ?? 1);
  const stepSizes = (stepSize: Scalar): Tensor =>
    factors.every((factor) => factor === 1)
      ? stepSize
      : mul(stepSize, join(parameters.map(({ shape }, i) => fill(shape, factors[i]!))));
  return {
    variables: [first.flat, second.flat],
    tree: () => ({ first: first.parts(), second: second.parts() }),
    update(gradients, { stepSize, epsilon }, betas) {
      const parameter = join(parameters);
      const [raw, rates] = [join(gradients), { stepSize: stepSizes(stepSize), epsilon }];
      const gradient = weightDecay === 0 ? raw : add(raw, mul(parameter, weightDecay));
      const found = next(first.flat, second.flat, gradient, rates, betas);
      first.flat.assign(found.firstMoment);
      second.flat.assign(found.secondMoment);
      separate(sub(parameter, found.move), parameters).forEach((value, i) => void parameters[i]!.assign(value));
    },
    dispose: () => [first, second].forEach((each) => void each.dispose()),
  };
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
