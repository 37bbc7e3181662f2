import { join } from 'node:path';
import { decodeSafetensors } from '@deflow/checkpoints';
import { openCache, patchLoader } from '@deflow/datasets/node';
import { createRandom } from '@deflow/images';
import { rrdbNet, trainSuperResolution } from '@deflow/super-resolution';
import { decimals } from '../../report/format.ts';
import { openMetricsLog } from '../../run-folder/metrics-log.ts';
import { writeRunFile } from '../../run-folder/write-run-file.ts';
import { recordInterval } from '../../training/record-interval.ts';
import { readIfThere } from '../read-if-there.ts';
import type { Stage } from '../stage.ts';
import type { StudyConfiguration } from '../study-schema.ts';
import { openPrepared, type PrepareStage } from './prepare.ts';
import { checkpointFile } from './train.ts';

/** One line of metrics.jsonl: means over the steps since the line before. */
export interface SuperResolutionRecord {
  readonly step: number;
  /** Mean absolute difference, of samples in 0..1. */
  readonly loss: number;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly patchesPerSecond: number;
  readonly seconds: number;
}

export interface TrainSrStage extends Stage {
  readonly options: { readonly factor: number; readonly degradation: string; readonly seed: number };
}

/** Trains a super-resolution network on what a degradation made; start, patches and steps are the same for all of them. */
export function trainSrStage(
  prepare: PrepareStage,
  degrade: Stage,
  options: { degradation: string; seed: number },
  { superResolution, checkpointEvery, engine }: StudyConfiguration,
): TrainSrStage {
  const { factor } = prepare.options;
  const { degradation, seed } = options;
  const { model, training: recipe } = superResolution;
  return {
    kind: 'train-sr',
    label: `x${factor} ${degradation} seed ${seed}`,
    settings: { model, recipe, seed, engine },
    inputs: [prepare, degrade],
    options: { factor, degradation, seed },
    async run(context) {
      const { folder, folderOf, signal } = context;
      const { clean } = await openPrepared(prepare, context);
      const { compile } = await context.engine();
      const packed = await openCache(join(folderOf(degrade), 'packed'));
      const loader = patchLoader({
        ...{ low: packed.images(), high: clean.images({ scale: 1 }), size: recipe.patchSize, scale: factor },
        ...{ batch: recipe.batchSize, seed: `patches ${seed}`, rotate: true, onSmall: 'skip' },
      });
      const checkpoint = join(folder, checkpointFile);
      const resume = await readIfThere(checkpoint);
      const log = await openMetricsLog<SuperResolutionRecord>(
        join(folder, 'metrics.jsonl'),
        resume ? stepOf(resume) : 0,
      );
      const every = recordInterval(recipe.steps);
      const before = log.records.at(-1)?.seconds ?? 0;
      const shown = context.progress(recipe.steps, 'steps');
      const began = performance.now();
      let sums = { loss: 0, gradientNorm: 0, steps: 0 };
      const stop = new AbortController();
      try {
        const result = await trainSuperResolution({
          model: rrdbNet({
            ...model,
            scale: factor as 1 | 2 | 4 | 8,
            random: createRandom(seed).fork('super-resolution'),
          }),
          ...{
            nextBatch: loader.nextBatch,
            recipe,
            seed,
            compile,
            signal: stop.signal,
            resume,
            precision: engine.precision,
          },
          checkpointEvery: Math.ceil(checkpointEvery / every) * every,
          onCheckpoint: (bytes) => writeRunFile(checkpoint, bytes),
          onProgress({ step, loss, gradientNorm, learningRate, patchesPerSecond }) {
            sums = { loss: sums.loss + loss, gradientNorm: sums.gradientNorm + gradientNorm, steps: sums.steps + 1 };
            if (step % every !== 0 && step !== recipe.steps) return;
            const seconds = before + (performance.now() - began) / 1000;
            const means = { loss: sums.loss / sums.steps, gradientNorm: sums.gradientNorm / sums.steps };
            log.add({ step, ...means, learningRate, patchesPerSecond, seconds });
            shown.update(step, `L1 ${decimals(means.loss, 4)}`);
            sums = { loss: 0, gradientNorm: 0, steps: 0 };
            if (signal.aborted) stop.abort();
          },
        });
        await writeRunFile(checkpoint, result.checkpoint);
      } finally {
        await loader.close();
      }
    },
  };
}

/** How many steps lie behind a checkpoint. */
function stepOf(checkpoint: Uint8Array): number {
  const position = decodeSafetensors(checkpoint).metadata['deflow.super-resolution.training'];
  return position === undefined ? 0 : (JSON.parse(position).step as number);
}
