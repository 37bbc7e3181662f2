export { decodeImage } from './decode-image.ts';
export { type EncodeImageOptions, encodeImage, type ImageFileFormat } from './encode-image.ts';
export { type ImageInfo, readImage, readImageInfo } from './read-image.ts';
export { writeFileAtomically } from './write-file-atomically.ts';
export { type WriteImageOptions, writeImage } from './write-image.ts';
