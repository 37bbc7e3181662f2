export { grey, joinAlpha, splitAlpha, type ToRgbOptions, toRgb } from './channels.ts';
export { toFloat, toUint8, toUint16 } from './convert-samples.ts';
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
export { crop, flipHorizontal, flipVertical, paste, type Rectangle, rotate90, transpose } from './geometry.ts';
export { type GridOptions, grid } from './grid.ts';
export { checkImage, type Image, type Samples } from './image.ts';
export { type PadMode, type PadOptions, pad } from './pad.ts';
export { createRandom, type Random, type RandomState, restoreRandom } from './random.ts';
export type { Rounding } from './resize/plan.ts';
export { type ResizeOptions, resize, scaledLength } from './resize/resize.ts';
export { type ResizeWeights, resizeWeights } from './resize/resize-weights.ts';
export { type Tile, type TilesOptions, tiles } from './tiles.ts';
