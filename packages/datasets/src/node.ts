export type { SkippedFile } from './errors.ts';
export { type Benchmark, type BenchmarkManifest, openBenchmark } from './node/benchmark/benchmark.ts';
export type { BenchmarkFile } from './node/benchmark/benchmark-folder.ts';
export type { CameraChoice } from './node/benchmark/camera-choice.ts';
export { type MakeBenchmarkOptions, makeBenchmark } from './node/benchmark/make-benchmark.ts';
export type { CachedImage, CachedImages, ChooseImagesOptions, ImageCache } from './node/cache/image-cache.ts';
export { openCache } from './node/cache/image-cache.ts';
export type { CacheEntry, CacheManifest, CacheSettings, StoredImage } from './node/cache/layout.ts';
export { type PreparationProgress, type PrepareImagesOptions, prepareImages } from './node/cache/prepare-images.ts';
export { jpegRoundTrip } from './node/jpeg-round-trip.ts';
export { type LoadedPhotos, type LoadPhotosOptions, loadPhotos, type Photo } from './node/load-photos.ts';
export type { LoaderPosition, PairedLoaderOptions, UnpairedLoaderOptions } from './node/loader/loader-options.ts';
export type { PatchImages } from './node/loader/patch-images.ts';
export { type PairedBatch, type PatchLoader, patchLoader, type UnpairedBatch } from './node/loader/patch-loader.ts';
export type { LoaderStatistics } from './node/loader/prefetch.ts';
export type { NamedSetName, SetKind, SetPart, SetSplit } from './node/named-sets/layouts.ts';
export { type FoundSetPart, type NamedSet, namedSet } from './node/named-sets/named-set.ts';
export {
  type PhotoFile,
  type PhotoFolder,
  type PhotoFolderOptions,
  photoFolder,
  unreadable,
} from './node/photo-folder.ts';
