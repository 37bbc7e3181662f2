import {
  add,
  conv2d,
  dispose,
  mean,
  mul,
  randomNormal,
  relu,
  reshape,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor4D,
  tanh,
  tidy,
  valueAndGrads,
} from '@tensorflow/tfjs-core';
import type { compile as Compile } from '../compile/compile.ts';

const normal = (shape: number[], deviation: number, seed: number) => randomNormal(shape, 0, deviation, 'float32', seed);

/** A small network: two convolutions with a nonlinearity between, and a mean of squares. */
function loss(x: Tensor, first: Tensor, second: Tensor, nonlinearity: (x: Tensor4D) => Tensor4D): Scalar {
  const hidden = nonlinearity(conv2d(x as Tensor4D, reshape(first, [3, 3, 2, 4]), 1, 'same'));
  return mean(square(conv2d(hidden, reshape(second, [3, 3, 4, 2]), 1, 'same')));
}

/** The slope of a smooth network along a random direction: by its gradients, and by a central difference. */
export function directionalSlopes(): [exact: number, measured: number] {
  return tidy(() => {
    const x = normal([2, 6, 6, 2], 1, 1);
    const weights = [normal([72], 0.3, 2), normal([72], 0.3, 3)] as const;
    const directions = [normal([72], 0.3, 4), normal([72], 0.3, 5)] as const;
    const smooth = (a: Tensor, b: Tensor) => loss(x, a, b, tanh);
    const { grads } = valueAndGrads((a, b) => smooth(a as Tensor, b as Tensor))([...weights]);
    const exact = grads.map((gradient, i) => sum(mul(gradient, directions[i] as Tensor)).dataSync()[0] as number);
    const step = 1e-2;
    const along = (t: number) =>
      smooth(add(weights[0], mul(directions[0], t)), add(weights[1], mul(directions[1], t))).dataSync()[0] as number;
    return [exact.reduce((a, b) => a + b), (along(step) - along(-step)) / (2 * step)];
  });
}

/** The largest difference between a training step as it is and the same step compiled. */
export function trainingStepDifference(compile: typeof Compile): { difference: number; isCaptured: boolean } {
  const step = (x: Tensor, first: Tensor, second: Tensor): Tensor[] => {
    const { grads } = valueAndGrads((a, b) => loss(x, a as Tensor, b as Tensor, relu))([first, second]);
    return [sub(first, mul(grads[0] as Tensor, 0.1)), sub(second, mul(grads[1] as Tensor, 0.1))];
  };
  const inputs = [normal([2, 8, 8, 2], 1, 1), normal([72], 0.3, 2), normal([72], 0.3, 3)] as const;
  const compiled = compile(step, { name: 'doctor' });
  const plain = tidy(() => step(...inputs));
  const fast = compiled(...inputs);
  const isCaptured = compiled.execution.isCaptured;
  const values = (tensors: Tensor[]) => tensors.flatMap((tensor) => [...(tensor as Tensor1D).dataSync()]);
  const expected = values(plain);
  const difference = values(fast).reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - (expected[i] as number))),
    0,
  );
  dispose([...inputs, ...plain, ...fast]);
  compiled.dispose();
  return { difference, isCaptured };
}
