import type { ParameterTree, TensorTree } from '@deflow/nn';
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Shape } from './shape.ts';

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

/**
 * What a layer is conditioned on: features, [batch, height, width, features] for images and [batch, features] for vectors, or a record
 * of tensors that its networks can read in their place (`featureConvolution` of `couplingNetwork`), or what the layer's own `prepare`
 * made of either.
 */
export type Context = TensorTree;

/** The loss's gradients with respect to what `forward` gave. */
export interface OutputGradients {
  readonly dz: Tensor;
  /** [batch] */
  readonly dLogDet: Tensor;
}

/** What `reverse` gives. */
export interface Reversed {
  /** The data. */
  readonly x: Tensor;
  /** The loss's gradient with respect to them. */
  readonly dx: Tensor;
  /** Its gradients with respect to the trained parameters and the context's tensors, in this order, each tensor once. */
  readonly gradients: readonly Tensor[];
}

/** An invertible map. All methods are pure functions of their arguments and `parameters`, so they may be compiled. */
export interface FlowLayer {
  /** The layer's name in errors and printed trees, such as `actNorm`. */
  readonly kind: string;
  readonly parameters: ParameterTree;
  /** The layers that this one is composed of, by name, in the order in which data pass them. */
  readonly layers?: ReadonlyMap<string, FlowLayer>;
  /** The latent's shape for data of this shape, both without the batch axis. Throws `FlowShapeError`. */
  latentShape(shape: Shape): Shape;
  /** The data's shape for a latent of this shape, both without the batch axis. Throws `FlowShapeError`. */
  dataShape(shape: Shape): Shape;
  /** Unconditional layers ignore the context. */
  forward(x: Tensor, context?: Context): Forward;
  inverse(z: Tensor, context?: Context): Inverse;
  /**
   * Computes whatever depends on the features alone. The result may stand for the features in every later call with the same
   * parameters: encode, decode and draw many samples of one image, and pay for its features once. Unconditional layers lack it.
   */
  prepare?(features: Context): Context;
  /** The matrix that mixes the channels, where that is all that the layer does; a new tensor. See `conditionNumbers`. */
  matrix?(): Tensor2D;
  /**
   * Lets buffers that follow the parameters, such as spectral norms, catch up with them. Belongs into every training step, in front
   * of the gradient, and after loading or changing parameters by hand, then with many `iterations` (1 unless given).
   */
  settle?(iterations?: number): void;
  /**
   * `inverse`, and the gradients of `forward` there, in one go. For `backprop: 'invertible'`, where a layer can share work between
   * the two; without it they are computed one after the other.
   */
  reverse?(z: Tensor, incoming: OutputGradients, context?: Context): Reversed;
  /** Data-dependent start: sets parameters so that this batch comes out normalised. Called once, eagerly, before training. */
  initialize?(x: Tensor, context?: Context): void;
  /** The same from the latent's side: sets parameters so that this batch, decoded, comes out normalised. Where a flow is first sampled. */
  initializeInverse?(z: Tensor, context?: Context): void;
}
