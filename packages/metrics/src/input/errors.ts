import { DeFlowError } from '@deflow/images';

/** Two images that have to show the same pixels differ in width, height or channels. */
export class SizeMismatchError extends DeFlowError {
  constructor(image: string, reference: string) {
    super(`The image is ${image}, its reference ${reference}.`, {
      remedy: 'Compare images of the same width, height and number of channels: crop, resize or convert one of them.',
      value: { image, reference },
    });
  }
}

/** The image is smaller than what the metric looks at. */
export class ImageTooSmallError extends DeFlowError {
  constructor(metric: string, width: number, height: number, minimum: number) {
    super(`${metric} needs ${minimum} x ${minimum} pixels, what is left of the image is ${width} x ${height}.`, {
      remedy: 'Give a larger image, cut off less border, or use another metric.',
      value: { width, height, minimum },
    });
  }
}

/** A sample is NaN or infinite. */
export class InvalidSampleError extends DeFlowError {
  constructor(index: number, value: number) {
    super(`Sample ${index} is ${value}.`, {
      remedy: 'Find out where it comes from: a metric of such an image means nothing.',
      value,
    });
  }
}

/** A sample lies so far outside of the stated range that the range cannot be meant. */
export class SampleRangeError extends DeFlowError {
  constructor(index: number, value: number, range: number) {
    super(`Sample ${index} is ${value}, but white is ${range}.`, {
      remedy: 'Float images are 0..1; state another range: { ...image, range: 255 }.',
      value,
    });
  }
}

/** The image has an alpha channel, which no metric looks at. */
export class AlphaChannelError extends DeFlowError {
  constructor(channels: number) {
    super(`An image of ${channels} channels has alpha, and what lies behind it is not known.`, {
      remedy: 'Lay it over a background with toRgb(image), or drop alpha with splitAlpha(image).colour.',
      value: channels,
    });
  }
}

/** The image has no structure that the metric could look at. */
export class FlatImageError extends DeFlowError {
  constructor(metric: string) {
    super(`${metric} of an image without any structure is not defined.`, {
      remedy: 'Leave constant images out.',
    });
  }
}
