import { DeFlowError, type DeFlowErrorDetails, ImageFileError, type ImageFileErrorDetails } from '@deflow/images';

/** A folder that gives no photographs. */
export class PhotoFolderError extends ImageFileError {}

/** The folder does not exist, is a file, or may not be read. */
export class MissingFolderError extends PhotoFolderError {}

/** The folder holds no image file. */
export class EmptyFolderError extends PhotoFolderError {}

/** The folder holds image files, and none of them can be used: damaged, unreadable or too small. */
export class NoUsablePhotoError extends PhotoFolderError {}

/** A file that was left out, and why. */
export interface SkippedFile {
  readonly name: string;
  readonly reason: string;
}

/** Some images of a folder cannot be decoded; all of them are in `files`. */
export class CorruptImagesError extends PhotoFolderError {
  readonly files: readonly SkippedFile[];

  constructor(message: string, { files, ...details }: ImageFileErrorDetails & { files: readonly SkippedFile[] }) {
    super(message, details);
    this.files = files;
  }
}

/** A split that would leave nothing to train on, or that makes no sense. */
export class SplitError extends DeFlowError {}

/** Names of two folders that do not pair one to one. */
export class UnpairedImagesError extends DeFlowError {
  /** Low-resolution names without a partner. */
  readonly low: readonly string[];
  /** High-resolution names without a partner. */
  readonly high: readonly string[];

  constructor(
    message: string,
    { low, high, ...details }: DeFlowErrorDetails & { low: readonly string[]; high: readonly string[] },
  ) {
    super(message, { value: { low, high }, ...details });
    this.low = low;
    this.high = high;
  }
}

/** There is no cache of images, or it is damaged or of another version. */
export class CacheError extends ImageFileError {}

/** The cache cannot be written: the disk is full, the folder is read-only. What was written before stays usable. */
export class CacheWriteError extends CacheError {}

/** Images that are smaller than the patches to cut out of them. */
export class SmallImagesError extends DeFlowError {
  /** How many of the images are large enough. */
  readonly usable: number;

  constructor(message: string, { usable, ...details }: DeFlowErrorDetails & { usable: number }) {
    super(message, details);
    this.usable = usable;
  }
}

/** A loader that was closed, or whose decoding worker ended. */
export class LoaderError extends DeFlowError {}

/** A saved position that belongs to other images, options or another seed. */
export class LoaderPositionError extends LoaderError {}

/** A benchmark that cannot be made there or from that. */
export class BenchmarkError extends ImageFileError {}

/** The folders of a named set are not where they should be. */
export class MissingSetError extends MissingFolderError {}
