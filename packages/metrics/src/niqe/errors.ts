import { DeFlowError } from '@deflow/images';

/** A covariance needs at least two blocks. */
export class TooFewBlocksError extends DeFlowError {
  constructor(blocks: number) {
    super(`NIQE needs two blocks of 96 x 96 pixels with structure, there ${blocks === 1 ? 'is' : 'are'} ${blocks}.`, {
      remedy: 'Give larger pictures, at least 192 x 96; to fit a model, give more of them.',
      value: blocks,
    });
  }
}

/** Bytes that hold no NIQE model. */
export class NiqeModelError extends DeFlowError {
  constructor(reason: string, cause?: unknown) {
    super(`This is no NIQE model: ${reason}`, {
      remedy:
        'Give modelparameters.mat of the authors, niqe_pris_params.npz of BasicSR, or what encodeNiqeModel(fitNiqe(images)) wrote.',
      cause,
    });
  }
}
