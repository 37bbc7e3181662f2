import { DeFlowError, ImageFileError } from '@deflow/images';

/** A folder that gives no photographs. */
export class PhotoFolderError extends ImageFileError {}

/** The folder does not exist, is a file, or may not be read. */
export class MissingFolderError extends PhotoFolderError {}

/** The folder holds no image file. */
export class EmptyFolderError extends PhotoFolderError {}

/** The folder holds image files, and none of them can be used: damaged, unreadable or too small. */
export class NoUsablePhotoError extends PhotoFolderError {}

/** A split that would leave nothing to train on, or that makes no sense. */
export class SplitError extends DeFlowError {}
