export { jpegRoundTrip } from './jpeg-round-trip.ts';
export { type LoadedPhotos, type LoadPhotosOptions, loadPhotos, type Photo } from './load-photos.ts';
export {
  type PhotoFile,
  type PhotoFolder,
  type PhotoFolderOptions,
  photoFolder,
  type SkippedFile,
} from './photo-folder.ts';
