import type { Context } from '@deflow/flows';
import {
  convolve,
  convolveEnlarged,
  joinRrdbFeatures,
  nearestUpsample,
  neighbourDifferences,
  type RrdbFeatures,
} from '@deflow/nn';
import { add, reshape, slice, split, type Tensor, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';

/** Features of a level that is larger than the tapped blocks: the level's own, and the blocks as `convolveEnlarged` wants them. */
type EnlargedFeatures = {
  /** [batch, height, width, channels] at the level's size. */
  readonly own: Tensor4D;
  /** `neighbourDifferences` of the tapped blocks. */
  readonly differences: Tensor3D;
};

/** The features of each level, tapped blocks apart where they are smaller than it. */
export function featureContexts({ own, blocks }: RrdbFeatures): Context[] {
  let differences: Tensor3D | undefined;
  return own.map((level) => {
    if (!blocks || level.shape[1]! <= blocks.shape[1]!) return joinRrdbFeatures({ own: [level], blocks })[0]!;
    differences ??= neighbourDifferences(blocks as Tensor4D);
    return { own: level, differences };
  });
}

/**
 * The convolution of [own | enlarged blocks] with `weight` [kernel, kernel, channels, outputs], that of the blocks at their small size:
 * with a kernel 3x3 nine products for each of their pixels in place of nine for each enlarged one.
 */
export function convolveFeatures(features: Context, weight: Tensor): Tensor {
  const { own, differences } = features as EnlargedFeatures;
  const [kernel, , , outputs] = weight.shape as [number, number, number, number];
  const [batch, height, width, channels] = own.shape;
  const [, positions, tapped] = differences.shape;
  const factor = Math.round(Math.sqrt((batch * height * width) / positions));
  const small = { batch, height: height / factor, width: width / factor };
  const [overOwn, overBlocks] = split(weight, [channels, tapped], 2) as [Tensor4D, Tensor4D];
  const ofOwn = convolve(own, overOwn);
  if (kernel === 3) return add(ofOwn, convolveEnlarged(differences, overBlocks, { ...small, factor }));
  const blocks = reshape(slice(differences, 0, 1), [batch, small.height, small.width, tapped]);
  const enlarge = nearestUpsample(factor).apply;
  const ofBlocks = kernel === 1 ? enlarge(convolve(blocks, overBlocks)) : convolve(enlarge(blocks), overBlocks);
  return add(ofOwn, reshape(ofBlocks, [batch, height, width, outputs]));
}
