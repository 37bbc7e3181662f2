import { mean, reshape, sub, sum, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';

// Rows first, then columns, then channels: float32 loses digits where a backend adds a whole image number by number.

/** The sum of each image of [batch, height, width, channels], [batch]. */
export const imageSums = (x: Tensor): Tensor1D => sum(sum(sum(x, 2), 1), 1);

/** The mean of each image, [batch]. */
export const imageMeans = (x: Tensor): Tensor1D => mean(channelMeans(x), 1);

/** The mean of each channel of each image, [batch, channels]. */
export const channelMeans = (x: Tensor): Tensor2D => mean(mean(x, 2), 1);

/** Every sample less the mean of its image. */
export const fromMean = <T extends Tensor>(x: T): T => sub(x, reshape(imageMeans(x), [x.shape[0]!, 1, 1, 1])) as T;

/** The mean of each channel of each image, [batch, 1, 1, channels], to be taken from its samples. */
export const channelMiddles = (x: Tensor): Tensor => reshape(channelMeans(x), [x.shape[0]!, 1, 1, x.shape[3]!]);
