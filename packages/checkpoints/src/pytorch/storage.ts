import type { TensorType } from '../tensor.ts';

/** Numbers in a file that tensors show parts of. */
export class Storage {
  constructor(
    readonly key: string,
    /** undefined for raw bytes: then each tensor says its own type. */
    readonly type: TensorType | undefined,
    /** In numbers of `type`, or in bytes. */
    readonly length: number,
    /** Set for part of another storage, which old files have. */
    readonly part?: { readonly of: Storage; readonly offset: number },
  ) {}
}

/** A tensor whose storage is not read yet. */
export class PendingTensor {
  constructor(
    readonly storage: Storage,
    readonly type: TensorType,
    /** In numbers of `type`, from the start of the storage. */
    readonly offset: number,
    readonly shape: readonly number[],
    /** In numbers of `type`, for each axis. */
    readonly strides: readonly number[],
  ) {}
}
