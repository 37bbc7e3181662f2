import { DeFlowError } from '@deflow/images';

/** There is nothing to measure: no image is at least 12x12, or all of them are black or burnt out. */
export class NoPatchesError extends DeFlowError {
  constructor(images: number) {
    super(`No usable 12x12 patch in ${images} image${images === 1 ? '' : 's'}.`, {
      remedy: 'Give images of at least 12x12 pixels with areas that are neither black nor burnt out (12..243 of 255).',
      value: images,
    });
  }
}

/** The two images of a pair do not show the same pixels. */
export class PairSizeError extends DeFlowError {
  constructor(index: number, clean: string, degraded: string) {
    super(`Pair ${index}: the clean image is ${clean}, the degraded one ${degraded}.`, {
      remedy: 'Give pairs whose images have the same width and height, pixel on pixel.',
      value: { index, clean, degraded },
    });
  }
}

/** There is no noise to measure: no pair of images, or none in which anything differs. */
export class NoNoiseError extends DeFlowError {
  constructor(pairs: number) {
    super(`There is no noise to measure in ${pairs} pair${pairs === 1 ? '' : 's'} of images.`, {
      remedy: 'Give pairs of a clean image and a degraded version of it that differ, of more than a few pixels.',
      value: pairs,
    });
  }
}
