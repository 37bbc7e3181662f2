import { abs, customGrad, div, mean, mul, type Scalar, sign, sub, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Mean of |prediction - target| over all elements, with the gradient sign(prediction - target) / N: 0 where they agree, as in
 * PyTorch (TensorFlow.js has -1 / N there). No gradient goes to `target`.
 */
export function l1Loss(prediction: Tensor, target: Tensor): Scalar {
  const loss = customGrad((x, save) => {
    const difference = sub(x as Tensor, target);
    (save as (tensors: Tensor[]) => void)([sign(difference)]);
    return {
      value: mean(abs(difference)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => mul(saved[0]!, div(dy, prediction.size)),
    };
  });
  return loss(prediction) as Scalar;
}
