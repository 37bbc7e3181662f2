import type { ParameterTree } from '@deflow/nn';
import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';

/** What a layer gives in the normalizing direction, data to latent. */
export interface Forward {
  /** The latent: [batch, height, width, channels], or [batch, dimensions] for layers that accept vectors. */
  readonly z: Tensor;
  /** ln |det dz/dx| of each sample: [batch]. */
  readonly logDet: Tensor1D;
}

/** What a layer gives in the generating direction, latent to data. */
export interface Inverse {
  readonly x: Tensor;
  /** ln |det dx/dz| of each sample: [batch]; the negative of the forward one at the same point. */
  readonly logDet: Tensor1D;
}

/** An invertible map. All methods are pure functions of their arguments and `parameters`, so they may be compiled. */
export interface FlowLayer {
  /** The layer's name in errors and printed trees, such as `actNorm`. */
  readonly kind: string;
  readonly parameters: ParameterTree;
  /** `context`: what the layer is conditioned on; [batch, height, width, features] for images. Unconditional layers ignore it. */
  forward(x: Tensor, context?: Tensor): Forward;
  inverse(z: Tensor, context?: Tensor): Inverse;
  /** Data-dependent start: sets parameters so that this batch comes out normalised. Called once, eagerly, before training. */
  initialize?(x: Tensor, context?: Tensor): void;
}
