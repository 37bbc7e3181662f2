import { div, maximum, mul, neg, sqrt, square, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** Keeps the gradient of the root finite where both roots meet. */
const smallestDiscriminant = 1e-12;

/**
 * The root 2c / (-b - sqrt(b^2 - 4ac)) of a x^2 + b x + c = 0, elementwise: the one that stays exact as a goes to 0. A discriminant
 * that rounding made negative counts as zero.
 */
export const quadraticRoot = (a: Tensor, b: Tensor, c: Tensor): Tensor =>
  tidy(() => {
    const discriminant = maximum(sub(square(b), mul(4, mul(a, c))), smallestDiscriminant);
    return div(mul(c, 2), sub(neg(b), sqrt(discriminant)));
  });
