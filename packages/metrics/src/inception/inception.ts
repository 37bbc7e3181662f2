import { OptionError } from '@deflow/images';
import { add, reshape, sub, type Tensor2D, type Tensor4D, tensor4d, tidy, type Variable } from '@tensorflow/tfjs-core';
import type { ImageSource } from '../batch/evaluate.ts';
import { checkChoice } from '../input/choice.ts';
import { scaledBatch, type TensorRange } from '../tensors/compared.ts';
import { imageSums } from '../tensors/totals.ts';
import { networkInput, tensorInput } from './input.ts';
import { inceptionFeatureCount, inceptionSide } from './layers.ts';
import { createNetwork } from './network.ts';
import { type InceptionConvention, inceptionConventions } from './resampling.ts';
import type { InceptionWeights } from './weights.ts';

export interface InceptionOptions {
  /** How images are resized and scaled; default `pytorch`, as pytorch-fid does. To be stated beside every published number. */
  readonly convention?: InceptionConvention;
}

export interface InceptionTensorOptions {
  /** `1` for values 0..1, `255` for 0..255, `[-1, 1]`: never guessed. */
  readonly range: TensorRange;
}

export interface InceptionImagesOptions {
  /** How many images the network looks at in one go; default 8. The features do not depend on it. */
  readonly batchSize?: number;
  /** Told before each image how many are done, and at the end. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the run between two images: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The features of FID and KID, with the weights of their network on the device. */
export interface Inception {
  /**
   * The 2048 features (pool3) of each image, of any sizes: a feature set for `frechetDistance` (FID), `featureMoments` and
   * `kernelDistance` (KID). Images, or functions that load them when it is their turn.
   *
   * @throws AlphaChannelError, InvalidSampleError, SampleRangeError, ImageSizeError, OptionError, and what a source throws:
   * no image is left out silently
   */
  featuresOf(images: readonly ImageSource[], options?: InceptionImagesOptions): Promise<Float32Array[]>;
  /**
   * The features of a batch on the device, [batch, 2048]; NaN for an image with a NaN or infinite sample.
   *
   * @throws TensorShapeError, AlphaChannelError, ValueRangeError
   */
  features(images: Tensor4D, options: InceptionTensorOptions): Tensor2D;
  readonly variables: readonly Variable[];
  /** Frees the weights. */
  dispose(): void;
}

/**
 * The Inception network that FID (Heusel et al. 2017) and KID (Binkowski et al. 2018) compare images with: that of
 * TensorFlow of 2015-12-05, which is not torchvision's.
 *
 * @throws OptionError for a convention that there is not
 */
export function createInception(
  weights: InceptionWeights,
  { convention = 'pytorch' }: InceptionOptions = {},
): Inception {
  checkChoice('convention', convention, inceptionConventions);
  const { apply, variables } = createNetwork(weights);

  async function featuresOfBatch(inputs: readonly Float32Array[]): Promise<Float32Array[]> {
    const side = inceptionSide;
    const samples = new Float32Array(inputs.length * side * side * 3);
    inputs.forEach((input, i) => {
      samples.set(input, i * side * side * 3);
    });
    const features = tidy(() => apply(tensor4d(samples, [inputs.length, side, side, 3])));
    const values = (await features.data()) as Float32Array;
    features.dispose();
    return inputs.map((_, i) => values.slice(i * inceptionFeatureCount, (i + 1) * inceptionFeatureCount));
  }

  return {
    variables,
    async featuresOf(images, { batchSize = 8, onProgress = () => {}, signal } = {}) {
      if (!Number.isInteger(batchSize) || batchSize < 1)
        throw new OptionError(`A batch cannot be of ${batchSize} images.`, {
          value: batchSize,
          remedy: 'Give a whole number of at least 1.',
        });
      const features: Float32Array[] = [];
      let inputs: Float32Array[] = [];
      for (const [index, source] of images.entries()) {
        signal?.throwIfAborted();
        onProgress(index, images.length);
        inputs.push(networkInput(typeof source === 'function' ? await source() : source, convention));
        if (inputs.length < batchSize && index + 1 < images.length) continue;
        features.push(...(await featuresOfBatch(inputs)));
        inputs = [];
        await nextTurn();
      }
      signal?.throwIfAborted();
      onProgress(images.length, images.length);
      return features;
    },
    features: (images, { range }) =>
      tidy(() => {
        const samples = scaledBatch(images, range);
        const totals = imageSums(samples);
        const nothing = reshape(sub(totals, totals), [samples.shape[0], 1]);
        return add(apply(tensorInput(samples, convention)), nothing) as Tensor2D;
      }),
    dispose() {
      for (const each of variables) each.dispose();
    },
  };
}

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve));
