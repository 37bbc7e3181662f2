const marker: unique symbol = Symbol.for('deflow.error') as never;

/** What every error of the family carries beside its message. */
export interface DeFlowErrorDetails {
  /** What to do about it, as one sentence for the person who reads the error. */
  readonly remedy: string;
  /** The offending value, as far as it can be shown. */
  readonly value?: unknown;
  readonly cause?: unknown;
}

/**
 * The root of all errors that this package throws on purpose: a named class, what was wrong, the offending value, what to do.
 * `DeFlowError.isInstance` recognises the errors of all DeFlow packages, across versions and copies.
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

/** An option that is none: a backend's name, a number of threads. */
export class OptionError extends DeFlowError {}

/** The backend that was asked for cannot be had on this machine, or not yet. */
export class BackendUnavailableError extends DeFlowError {}

/** TensorFlow runs in this process already, with other settings than the ones asked for now. */
export class AlreadyStartedError extends DeFlowError {}

/** The root of what installing throws. */
export class InstallError extends DeFlowError {}

/** There is no build of TensorFlow for this system. */
export class UnsupportedPlatformError extends InstallError {}

/** Neither `python3`, `python` nor `py` runs pip. */
export class PythonMissingError extends InstallError {}

/** pip could not obtain a wheel. */
export class DownloadError extends InstallError {}

/** A wheel is not the one that was published: its SHA-256 differs. */
export class WheelHashError extends InstallError {}

/** A wheel's file is missing, cut off, or no wheel. */
export class WheelFileError extends InstallError {}

/** The cache cannot be written. */
export class CacheWriteError extends InstallError {}

/** The disk has no room left. */
export class DiskFullError extends InstallError {}

/** Somebody stopped the installation. */
export class InstallInterruptedError extends InstallError {}

/** There is no C++ compiler, and one is needed. */
export class CompilerMissingError extends InstallError {}

/** The compiler could not make the binding. */
export class BindingBuildError extends InstallError {}

/** The binding cannot be loaded on this machine. */
export class BindingLoadError extends InstallError {}
