import { join } from 'node:path';
import { openCache, patchLoader } from '@deflow/datasets/node';
import type { Stage } from '../stage.ts';
import type { StudyConfiguration } from '../study-schema.ts';
import { trainNetwork } from '../train-network.ts';
import { openPrepared, type PrepareStage } from './prepare.ts';

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
  const { lowPatchSize, ...training } = superResolution.training;
  const recipe = { ...training, patchSize: lowPatchSize * factor };
  const { model, parts } = superResolution;
  return {
    kind: 'train-sr',
    label: `x${factor} ${degradation} seed ${seed}`,
    // In one part the numbers are those of studies from before there were parts.
    settings: { model, recipe, seed, engine, ...(parts > 1 ? { parts } : {}) },
    inputs: [prepare, degrade],
    options: { factor, degradation, seed },
    async run(context) {
      const { folder, folderOf, signal } = context;
      const { clean } = await openPrepared(prepare, context);
      const { compile, parts } = await context.engine();
      const packed = await openCache(join(folderOf(degrade), 'packed'));
      const loader = patchLoader({
        ...{ low: packed.images(), high: clean.images({ scale: 1 }), size: recipe.patchSize, scale: factor },
        ...{ batch: recipe.batchSize, seed: `patches ${seed}`, rotate: true, onSmall: 'skip' },
      });
      const { precision } = engine;
      const progress = context.progress(recipe.steps, 'steps');
      const { finished } = await trainNetwork({
        ...{ folder, model: { ...model, scale: factor as 1 | 2 | 4 | 8 }, recipe, seed, loader },
        ...{ compile, precision, parts, checkpointEvery, signal, progress },
      }).finally(() => loader.close());
      if (!finished) signal.throwIfAborted();
    },
  };
}
