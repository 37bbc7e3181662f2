export {
  DeFlowError,
  type DeFlowErrorDetails,
  ImageChannelsError,
  ImageFileError,
  type ImageFileErrorDetails,
  ImageFormatError,
  ImageSizeError,
  OptionError,
} from './errors.ts';
export { checkImage, type Image, type Samples } from './image.ts';
export { createRandom, type Random, type RandomState, restoreRandom } from './random.ts';
export { type ResizeOptions, type Rounding, resize, scaledLength } from './resize.ts';
export { type ResizeWeights, resizeWeights } from './resize-weights.ts';
