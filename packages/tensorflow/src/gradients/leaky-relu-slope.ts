let slopeIsNegative = false;

/** TensorFlow.js decides right after the kernel of leakyRelu what to keep for the gradient, without knowing the slope; hence this note. */
export function noteSlope(alpha: number): void {
  slopeIsNegative = alpha < 0;
}

/** True when the last `leakyRelu` had a negative slope, so that its result does not tell the sign of its argument. */
export const lastSlopeIsNegative = (): boolean => slopeIsNegative;
