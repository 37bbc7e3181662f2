import type { Image } from '@deflow/images';

/** 8-bit RGB. */
export type Picture = Image<Uint8Array>;

/** Everything that a run learns from and is judged on. */
export interface Photographs {
  readonly training: { readonly clean: readonly Picture[]; readonly degraded: readonly Picture[] };
  /** Never seen in training. */
  readonly heldOut: {
    readonly clean: readonly Picture[];
    readonly degraded: readonly Picture[];
    /** The clean ones as the camera degrades them, where the camera is our own. */
    readonly truth?: readonly Picture[];
  };
  /** What was passed over, and why. */
  readonly notes: readonly string[];
}
