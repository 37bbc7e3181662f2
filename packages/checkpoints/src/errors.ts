import { DeFlowError } from '@deflow/images';

/** Bytes that are no checkpoint of a known format, or values that cannot be written as one. The root of the four that follow. */
export class CheckpointFormatError extends DeFlowError {}

/** Bytes that end before what they announce. */
export class CheckpointTruncatedError extends CheckpointFormatError {}

/** A file that would take far more memory than it has bytes, or holds values nested too deep or within themselves. */
export class CheckpointLimitError extends CheckpointFormatError {}

/** A pickle that asks for a class, function or instruction that no state dict needs. Nothing of it was executed. */
export class ForeignObjectError extends CheckpointFormatError {}

/** A zip archive that is damaged or built to deceive: wrong checksums, overlapping parts, names that leave their folder. */
export class CheckpointArchiveError extends CheckpointFormatError {}

/** A checkpoint that could not be read or written: missing, not allowed, no space. The `cause` is the system's error. */
export class CheckpointFileError extends DeFlowError {}

/** The checkpoint does not hold what was asked for. */
export class CheckpointContentError extends DeFlowError {}
