import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deflowFromBytes } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import { type FlatPatchStatistics, flatPatchStatistics, type PairStatistics, pairStatistics } from '@deflow/metrics';
import { disposeParameters } from '@deflow/nn';
import type { Picture } from '../data/photographs.ts';
import { degradeImage } from '../evaluation/degrade-image.ts';
import { addGaussianNoise } from '../evaluation/gaussian-noise.ts';
import { readIfThere } from '../pipeline/read-if-there.ts';
import type { Stage, StageContext } from '../pipeline/stage.ts';
import { checkpointFile } from '../pipeline/train-network.ts';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import { type RealNoise, readRealNoise } from './measure-photographs.ts';
import { nullIsNaN } from './null-is-nan.ts';
import type { SharedPhotographs } from './photographs.ts';

/** What one training's noise looks like, on held-out pictures. */
export interface Measurement {
  readonly flat: FlatPatchStatistics;
  readonly pair: PairStatistics;
}

const measurementFile = 'measurement.json';

/** Where the picture of a shown scene lies in the folder of a measuring stage. */
export const sceneFile = (scene: number): string => `scene-${scene + 1}.png`;

/** Degrades the held-out pictures by a trained model, and measures what that added. */
export const measureRowStage = (train: Stage, seed: number, photographs: SharedPhotographs, real: Stage): Stage => ({
  kind: 'evaluate',
  label: train.label,
  settings: {},
  inputs: [train, real],
  async run(context) {
    await context.engine();
    const bytes = await readIfThere(join(context.folderOf(train), checkpointFile));
    const model = deflowFromBytes(bytes!);
    const random = createRandom(seed).fork('judge');
    try {
      await measure(context, photographs, await readRealNoise(context.folderOf(real)), (image, index) =>
        degradeImage(model, image, random.fork(`picture ${index}`)),
      );
    } finally {
      disposeParameters(model.parameters);
    }
  },
});

/** The same with Gaussian noise of the level by which the degraded photographs exceed the clean ones. */
export const measureGaussianStage = (seed: number, photographs: SharedPhotographs, real: Stage): Stage => ({
  kind: 'evaluate',
  label: `gaussian seed ${seed}`,
  settings: { seed },
  inputs: [real],
  async run(context) {
    const noise = await readRealNoise(context.folderOf(real));
    const random = createRandom(seed).fork('judge');
    await measure(context, photographs, noise, async (image, index) =>
      addGaussianNoise(image, noise.gaussianLevel, random.fork(`gaussian ${index}`)),
    );
  },
});

async function measure(
  { folder, signal, progress }: StageContext,
  photographs: SharedPhotographs,
  { scenes }: RealNoise,
  degrade: (image: Picture, index: number) => Promise<Picture>,
): Promise<void> {
  const clean = (await photographs.load(signal)).heldOut.clean;
  const shown = progress(clean.length, 'pictures');
  const degraded: Picture[] = [];
  for (const [index, image] of clean.entries()) {
    signal.throwIfAborted();
    degraded.push(await degrade(image, index));
    shown.update(index + 1);
    // Lets signals have their turn.
    await new Promise(setImmediate);
  }
  const pairs = clean.map((image, index) => ({ clean: image, degraded: degraded[index]! }));
  const measurement: Measurement = { flat: flatPatchStatistics(degraded), pair: pairStatistics(pairs) };
  for (const [scene, index] of scenes.entries()) await writeImage(join(folder, sceneFile(scene)), degraded[index]!);
  await writeRunFile(join(folder, measurementFile), `${JSON.stringify(measurement, null, 1)}\n`);
}

/** What a measuring stage found. */
export async function readMeasurement(folder: string): Promise<Measurement> {
  return JSON.parse(await readFile(join(folder, measurementFile), 'utf8'), nullIsNaN) as Measurement;
}
