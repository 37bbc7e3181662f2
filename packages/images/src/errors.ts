const marker: unique symbol = Symbol.for('deflow.error');

/** What every error of the family carries beside its message. */
export interface DeFlowErrorDetails {
  /** What to do about it, as one sentence for the person who reads the error. */
  readonly remedy: string;
  /** The offending value, as far as it can be shown. */
  readonly value?: unknown;
  readonly cause?: unknown;
}

/**
 * The root of all errors that DeFlow's packages throw on purpose: a named class, what was wrong, the offending value, what to do.
 * `DeFlowError.isInstance` recognises them across versions and copies of a package.
 */
export class DeFlowError extends Error {
  readonly [marker] = true;
  readonly remedy: string;
  readonly value: unknown;

  constructor(message: string, { remedy, value, cause }: DeFlowErrorDetails) {
    super(`${message}\n  ${remedy}`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.remedy = remedy;
    this.value = value;
  }

  static isInstance(error: unknown): error is DeFlowError {
    return typeof error === 'object' && error !== null && marker in error;
  }
}

/** A width, height, position or number of samples that does not fit. */
export class ImageSizeError extends DeFlowError {}

/** A number of channels that the operation cannot use. */
export class ImageChannelsError extends DeFlowError {}

/** An option outside of what the function accepts. */
export class OptionError extends DeFlowError {}

/** What a file error carries beside the message. */
export interface ImageFileErrorDetails extends DeFlowErrorDetails {
  /** The file or folder; `undefined` when the bytes came without one. */
  readonly path?: string;
}

/** A file or folder that cannot be found, opened or written. */
export class ImageFileError extends DeFlowError {
  readonly path: string | undefined;

  constructor(message: string, details: ImageFileErrorDetails) {
    super(message, { ...details, value: details.value ?? details.path });
    this.path = details.path;
  }
}

/** Bytes that are no picture, a damaged one, or one of a kind that is not read or written. */
export class ImageFormatError extends ImageFileError {}
