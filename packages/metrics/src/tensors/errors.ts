import { DeFlowError } from '@deflow/images';

/** The values of black and white are missing, equal or not finite. */
export class ValueRangeError extends DeFlowError {
  constructor(range: unknown) {
    super(`A tensor does not say what white is, and ${JSON.stringify(range) ?? 'no range'} does not either.`, {
      remedy: 'Give range: 1 for values 0..1, range: 255 for 0..255, range: [-1, 1] for -1..1.',
      value: range,
    });
  }
}

/** A tensor that is no batch of grey or RGB images. */
export class TensorShapeError extends DeFlowError {
  constructor(shape: readonly number[]) {
    super(`A tensor of shape [${shape}] is no batch of images.`, {
      remedy: 'Give [batch, height, width, channels] with 1 or 3 channels and at least one image.',
      value: shape,
    });
  }
}
