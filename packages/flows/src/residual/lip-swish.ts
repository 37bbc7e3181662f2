import { add, div, mul, sigmoid, sub, type Tensor } from '@tensorflow/tfjs-core';

/** The steepest slope of x sigmoid(x), rounded up. */
const steepest = 1.1;

/** x sigmoid(beta x) / 1.1 and its slope, which stays within +-1 for every beta (Residual Flows, Chen et al. 2019). */
export function lipSwish(x: Tensor, beta: Tensor): { value: Tensor; slope: Tensor } {
  const raised = mul(x, beta);
  const gate = sigmoid(raised);
  return {
    value: div(mul(x, gate), steepest),
    slope: div(mul(gate, add(mul(raised, sub(1, gate)), 1)), steepest),
  };
}
