import {
  mul,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variable,
  variableGrads,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { GradientMismatchError } from './errors.ts';

export interface GradientCheckOptions {
  /** Variables whose gradients are checked too; their values are put back afterwards. */
  readonly variables?: readonly Variable[];
  /** Half the distance of the two outer points. Values should be of order 1 and stay this far away from kinks. */
  readonly step?: number;
  /** The largest accepted error; see `GradientCheck`. */
  readonly tolerance?: number;
  /** How many entries of each tensor are checked, spread evenly. */
  readonly entries?: number;
}

export interface GradientCheck {
  /** Largest |gradient - difference quotient| / (|gradient| + root mean square of that tensor's gradient + 0.001). */
  readonly largestError: number;
  /** How many entries were compared. */
  readonly checked: number;
}

/**
 * Compares the gradients that TensorFlow.js computes for F = sum(k * f(...inputs)), k_i = cos(0.7 + 1.3 i), with the difference
 * quotients (8 (F(+step) - F(-step)) - F(+2 step) + F(-2 step)) / (12 step), whose error falls with step^4. F is summed in float64 from
 * float32 outputs: rounding of about 1e-7 |f| / step remains, and for smooth f of order 1 the default tolerance of 1e-2 leaves room.
 * @throws GradientMismatchError naming the worst entry when an error is above `tolerance`.
 */
export async function checkGradient(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  { variables = [], step = 0.01, tolerance = 1e-2, entries = 16 }: GradientCheckOptions = {},
): Promise<GradientCheck> {
  const points = tidy(() => inputs.map((input) => variable(input)));
  const subjects = [...points, ...variables];
  const analytic = await gradientsOf(() => f(...points), subjects);
  let largestError = 0;
  let checked = 0;
  try {
    for (const [number, subject] of subjects.entries()) {
      const gradient = analytic[number]!;
      const scale = Math.sqrt(gradient.reduce((total, value) => total + value ** 2, 0) / gradient.length) + 1e-3;
      for (const entry of spread(gradient.length, entries)) {
        const numeric = await differenceQuotient(() => f(...points), subject, entry, step);
        const error = Math.abs(gradient[entry]! - numeric) / (Math.abs(gradient[entry]!) + scale);
        checked++;
        largestError = Math.max(largestError, error);
        if (error <= tolerance) continue;
        const name = number < inputs.length ? `input ${number}` : `variable ${number - inputs.length}`;
        throw new GradientMismatchError(
          `Entry ${entry} of ${name} has gradient ${gradient[entry]} but difference quotient ${numeric}.`,
          { remedy: 'Correct the gradient; or keep the inputs further away from kinks.', value: error },
        );
      }
    }
  } finally {
    for (const point of points) point.dispose();
  }
  return { largestError, checked };
}

const weight = (index: number) => Math.cos(0.7 + 1.3 * index);

async function gradientsOf(f: () => Tensor, subjects: Variable[]): Promise<Float32Array[]> {
  const gradients = tidy(() => {
    const { grads } = variableGrads(() => {
      const output = f();
      const weights = tensor(
        Float32Array.from({ length: output.size }, (_, index) => weight(index)),
        output.shape,
      );
      return sum(mul(output, weights));
    }, subjects);
    return subjects.map((subject) => grads[subject.name] ?? zerosLike(subject));
  });
  const values = await Promise.all(gradients.map((gradient) => gradient.data<'float32'>()));
  for (const gradient of gradients) gradient.dispose();
  return values;
}

/** sum(k * f()) in float64. */
async function objective(f: () => Tensor): Promise<number> {
  const output = tidy(f);
  const values = await output.data<'float32'>();
  output.dispose();
  return values.reduce((total, value, index) => total + weight(index) * value, 0);
}

async function differenceQuotient(f: () => Tensor, subject: Variable, entry: number, step: number): Promise<number> {
  const values = (await subject.data<'float32'>()).slice();
  const at = async (offset: number) => {
    const moved = values.slice();
    moved[entry]! += offset;
    tidy(() => subject.assign(tensor(moved, subject.shape)));
    return { place: moved[entry]!, value: await objective(f) };
  };
  const [far, near] = [
    { low: await at(-2 * step), high: await at(2 * step) },
    { low: await at(-step), high: await at(step) },
  ];
  tidy(() => subject.assign(tensor(values, subject.shape)));
  const slope = ({ low, high }: typeof near) => (high.value - low.value) / (high.place - low.place);
  return (4 * slope(near) - slope(far)) / 3;
}

/** At most `count` whole numbers below `length`, evenly spread. */
const spread = (length: number, count: number): number[] =>
  Array.from({ length: Math.min(length, count) }, (_, i) => Math.floor((i * length) / Math.min(length, count)));
