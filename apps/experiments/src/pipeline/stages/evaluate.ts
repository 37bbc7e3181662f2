import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Image, resize, toUint8 } from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import { akld, type FlatPatchStatistics, flatPatchStatistics, NoPatchesError } from '@deflow/metrics';
import type { LpipsWeights } from '@deflow/metrics/tensors';
import { createUpscaler, superResolutionFromBytes } from '@deflow/super-resolution';
import { readPicture } from '../../data/read-picture.ts';
import { writeRunFile } from '../../run-folder/write-run-file.ts';
import { perceptualDistance, weightsFingerprint } from '../perceptual-distance.ts';
import { readIfThere } from '../read-if-there.ts';
import { meanScores, type Scores, scores } from '../scores.ts';
import type { Stage, StageContext } from '../stage.ts';
import { checkpointFile } from '../train-network.ts';
import { reduced } from './degrade.ts';
import { openPrepared, type PrepareStage } from './prepare.ts';
import type { TrainSrStage } from './train-sr.ts';

/** Interpolation needs no network: what every network has to beat. */
export const interpolation = 'interpolation';

export interface EvaluateStage extends Stage {
  readonly options: { readonly factor: number; readonly degradation: string; readonly seed: number };
}

/** `evaluation.json` */
export interface Evaluation {
  readonly cameras: readonly {
    readonly camera: string;
    readonly mean: Scores;
    readonly pictures: readonly (Scores & { readonly name: string })[];
    /** Of the degradation's noise from the camera's, on the same scenes. Absent for interpolation. */
    readonly akld?: number;
  }[];
  /** Flat patches of the low resolution: what the degradation made, and the really degraded pictures of training. */
  readonly noise?: { readonly made: FlatPatchStatistics; readonly real: FlatPatchStatistics };
}

export const evaluationFile = 'evaluation.json';

/** Pictures of each camera that are kept for the report. */
const keptPictures = 3;
/** Really degraded pictures that are measured. */
const mostMeasured = 200;

type Picture = Image<Uint8Array>;

/** Enlarges the test pictures of every camera and compares with the truth. Without `network`: interpolates. */
export function evaluateStage(
  prepare: PrepareStage,
  trained: { readonly degrade: Stage; readonly network: TrainSrStage } | undefined,
  lpips: LpipsWeights | undefined,
): EvaluateStage {
  const { factor } = prepare.options;
  const options = trained?.network.options ?? { factor, degradation: interpolation, seed: 0 };
  return {
    kind: 'evaluate',
    label: trained ? trained.network.label : `x${factor} ${interpolation}`,
    settings: lpips ? { lpips: weightsFingerprint(lpips) } : {},
    inputs: [prepare, ...(trained ? [trained.degrade, trained.network] : [])],
    options,
    async run(context) {
      const { folder, folderOf, signal } = context;
      const { tests, testNames, degraded } = await openPrepared(prepare, context);
      await context.engine();
      const enlarger = trained ? await networkEnlarger(trained.network, context) : interpolator(factor);
      const perceptual = lpips && perceptualDistance(lpips);
      const shown = context.progress(tests.length * testNames.length, 'pictures');
      const cameras: Evaluation['cameras'][number][] = [];
      const made: Picture[] = [];
      let done = 0;
      try {
        for (const { camera, low, high } of tests) {
          const pictures: (Scores & { name: string })[] = [];
          const divergences: number[] = [];
          await mkdir(join(folder, 'pictures', camera), { recursive: true });
          for (const [index, name] of testNames.entries()) {
            signal.throwIfAborted();
            const [input, truth] = [await readPicture(join(low, name)), await readPicture(join(high, name))];
            const output = await enlarger.enlarge(input);
            const near = perceptual && { lpips: await perceptual.distance(output, truth, factor) };
            pictures.push({ name, ...scores(output, truth, factor), ...near });
            if (index < keptPictures) {
              await writeImage(join(folder, 'pictures', camera, `${index + 1}.png`), output);
            }
            if (trained) {
              const synthetic = await readPicture(join(folderOf(trained.degrade), 'test', name));
              divergences.push(akld({ clean: reduced(truth, factor), real: input, synthetic: [synthetic] }));
              if (made.length < testNames.length) made.push(synthetic);
            }
            shown.update(++done);
          }
          const mean = divergences.reduce((sum, value) => sum + value, 0) / divergences.length;
          cameras.push({ camera, mean: meanScores(pictures), pictures, ...(trained ? { akld: mean } : {}) });
        }
      } finally {
        enlarger.dispose();
        perceptual?.dispose();
      }
      const real = degraded.names.slice(0, mostMeasured).map(async (name) => toUint8(await degraded.read(name)));
      const noise = trained ? measured(made, await Promise.all(real)) : undefined;
      const evaluation: Evaluation = { cameras, ...(noise ? { noise } : {}) };
      await writeRunFile(join(folder, evaluationFile), `${JSON.stringify(evaluation, null, 1)}\n`);
    },
  };
}

interface Enlarger {
  enlarge(image: Picture): Promise<Picture>;
  dispose(): void;
}

const interpolator = (factor: number): Enlarger => ({
  enlarge: async (image) => resize(image, { scale: factor }),
  dispose() {},
});

async function networkEnlarger(network: Stage, context: StageContext): Promise<Enlarger> {
  const bytes = await readIfThere(join(context.folderOf(network), checkpointFile));
  const { compile } = await context.engine();
  const upscaler = createUpscaler(superResolutionFromBytes(bytes!), { compile });
  const { signal } = context;
  return { enlarge: (image) => upscaler.upscale(image, { signal }), dispose: () => upscaler.dispose() };
}

/** Undefined where nothing is flat enough to be measured. */
function measured(made: readonly Picture[], real: readonly Picture[]): Evaluation['noise'] {
  try {
    return { made: flatPatchStatistics(made), real: flatPatchStatistics(real) };
  } catch (error) {
    if (error instanceof NoPatchesError) return undefined;
    throw error;
  }
}
