export { DeFlowError, type DeFlowErrorDetails } from './errors.ts';
export type { Image, Samples } from './image.ts';
