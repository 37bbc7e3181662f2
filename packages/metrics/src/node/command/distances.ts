import { DeFlowError } from '@deflow/images';
import { readImage } from '@deflow/images/node';
import type { FeatureSet } from '../../distribution/feature-set.ts';
import { frechetDistance } from '../../distribution/frechet-distance.ts';
import { kernelDistance } from '../../distribution/kernel-distance.ts';
import { sceneFeatures } from '../../distribution/scene-features.ts';
import type { InceptionConvention } from '../../inception/resampling.ts';
import { checkMeasured, type MeasuredImage } from '../../input/planes.ts';
import { readInceptionWeights } from '../weights/read-weights.ts';
import { conventionOf } from './conventions.ts';
import { loadEngine } from './engine.ts';
import { PictureError, UsageError } from './errors.ts';
import type { MetricSettings } from './metrics.ts';
import { folderPictures, withRange } from './pictures.ts';

type Picture = () => Promise<MeasuredImage>;

interface FeatureOptions {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

type Features = (pictures: readonly Picture[], options: FeatureOptions) => Promise<FeatureSet>;

interface Distance {
  /** What its features are, so that distances share them. */
  readonly features: (settings: MetricSettings) => { readonly key: string; readonly prepare: () => Promise<Features> };
  readonly between: (images: FeatureSet, references: FeatureSet) => number;
}

const inception =
  (metric: 'fid' | 'kid'): Distance['features'] =>
  (settings) => {
    const { convention = 'pytorch' } = conventionOf(settings.conventions, metric);
    return { key: `inception ${convention}`, prepare: () => inceptionFeatures(settings, convention) };
  };

const scenes: Distance['features'] = () => ({
  key: 'scenes',
  prepare:
    async () =>
    async (pictures, { onProgress, signal }) => {
      const features: Float64Array[] = [];
      for (const [index, load] of pictures.entries()) {
        signal?.throwIfAborted();
        onProgress(index, pictures.length);
        features.push(...sceneFeatures(await load()));
      }
      return features;
    },
});

/** What compares two folders as wholes. */
const distances: Readonly<Record<string, Distance>> = {
  fid: { features: inception('fid'), between: frechetDistance },
  kid: { features: inception('kid'), between: kernelDistance },
  'scene-fid': { features: scenes, between: frechetDistance },
  'scene-kid': { features: scenes, between: kernelDistance },
};

export const distanceNames: readonly string[] = Object.keys(distances);

async function inceptionFeatures(
  { inception: file, weights: folder, engine }: MetricSettings,
  convention: InceptionConvention,
): Promise<Features> {
  const parameters = await readInceptionWeights({ file, folder });
  await loadEngine(engine);
  const { createInception } = await import('../../tensors.ts');
  const { featuresOf } = createInception(parameters, { convention });
  return featuresOf;
}

/** The distances of two folders, by name, and how many pictures each of them holds. */
export interface FolderDistances {
  readonly scores: Readonly<Record<string, number>>;
  readonly images: number;
  readonly references: number;
}

export interface MeasuredFolders {
  readonly image: string;
  readonly reference: string | undefined;
  readonly settings: MetricSettings;
  readonly range: number | undefined;
}

/** @throws UsageError, PictureError for a picture that cannot be measured, MissingWeightsError, WeightsError */
export async function measureDistances(
  names: readonly string[],
  { image, reference, settings, range }: MeasuredFolders,
  { onProgress = () => {}, signal }: Partial<FeatureOptions>,
): Promise<FolderDistances> {
  if (reference === undefined) throw new UsageError(`${names[0]} compares two folders: give a second one.`);
  if (settings.cropBorder > 0) throw new UsageError(`--crop-border does not go with ${names[0]}.`);
  const sources = async (folder: string) => (await folderPictures(folder)).map((path) => picture(path, range));
  const [images, references] = [await sources(image), await sources(reference)];

  const sets = new Map<string, readonly [FeatureSet, FeatureSet]>();
  const scores: Record<string, number> = {};
  for (const name of names) {
    const { features, between } = distances[name]!;
    const { key, prepare } = features(settings);
    if (!sets.has(key)) {
      const measure = await prepare();
      const all = images.length + references.length;
      const told = (before: number) => (done: number) => onProgress(before + done, all);
      const first = await measure(images, { onProgress: told(0), signal });
      sets.set(key, [first, await measure(references, { onProgress: told(images.length), signal })]);
      onProgress(all, all);
    }
    scores[name] = between(...sets.get(key)!);
  }
  return { scores, images: images.length, references: references.length };
}

const picture =
  (path: string, range: number | undefined): Picture =>
  async () => {
    try {
      const image = withRange(await readImage(path), range);
      checkMeasured(image);
      return image;
    } catch (error) {
      throw DeFlowError.isInstance(error) ? new PictureError(path, error) : error;
    }
  };
