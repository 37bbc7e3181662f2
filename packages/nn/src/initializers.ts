import { OptionError, type Random } from '@deflow/images';

/**
 * Start values of a parameter of the given shape, in C order, computed in float64.
 * Convolution kernels are [height, width, input, output], matrices [input, output].
 */
export type Initializer = (shape: readonly number[], random: Random) => Float64Array;

/** Inputs that one output number of a kernel or matrix adds up: height * width * input. */
export function fanIn(shape: readonly number[]): number {
  if (shape.length < 2) {
    throw new OptionError(`A parameter of shape [${shape}] has no fan-in.`, {
      remedy: 'Use zeros, constant, uniform or normal for biases and other vectors.',
      value: shape,
    });
  }
  return shape.slice(0, -1).reduce((product, size) => product * size, 1);
}

const draw = (shape: readonly number[], next: () => number): Float64Array =>
  Float64Array.from({ length: shape.reduce((product, size) => product * size, 1) }, next);

/** All `value`. */
export const constant =
  (value: number): Initializer =>
  (shape) =>
    draw(shape, () => value);

/** All 0. */
export const zeros = (): Initializer => constant(0);

/** Uniform on [-bound, bound). */
export const uniform =
  (bound: number): Initializer =>
  (shape, random) =>
    draw(shape, () => bound * (2 * random.uniform() - 1));

/** Gaussian with mean 0. */
export const normal =
  (standardDeviation: number): Initializer =>
  (shape, random) =>
    draw(shape, () => standardDeviation * random.normal());

export interface KaimingOptions {
  /** The negative slope of the leaky ReLU that follows; 0 for ReLU. */
  readonly slope?: number;
  /** Multiplies every value. ESRGAN starts the convolutions of its dense blocks with 0.1. */
  readonly gain?: number;
}

const kaimingDeviation = (shape: readonly number[], { slope = 0, gain = 1 }: KaimingOptions) =>
  gain * Math.sqrt(2 / ((1 + slope ** 2) * fanIn(shape)));

/** He et al. 2015: N(0, 2 / ((1 + slope^2) fanIn)); PyTorch's `kaiming_normal_` in its fan_in mode. */
export const kaimingNormal =
  (options: KaimingOptions = {}): Initializer =>
  (shape, random) =>
    normal(kaimingDeviation(shape, options))(shape, random);

/** The same variance from a uniform distribution; PyTorch's `kaiming_uniform_` in its fan_in mode. */
export const kaimingUniform =
  (options: KaimingOptions = {}): Initializer =>
  (shape, random) =>
    uniform(Math.sqrt(3) * kaimingDeviation(shape, options))(shape, random);

/** What PyTorch's Conv2d and Linear start their weights with: uniform within 1 / sqrt(fanIn). */
export const pyTorchDefault = (): Initializer => kaimingUniform({ slope: Math.sqrt(5) });
