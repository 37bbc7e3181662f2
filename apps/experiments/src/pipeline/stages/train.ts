import { join } from 'node:path';
import { patchLoader } from '@deflow/datasets/node';
import { createDeFlow, type DeFlowConfig, trainDeFlow } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import { decimals } from '../../report/format.ts';
import { openMetricsLog } from '../../run-folder/metrics-log.ts';
import { writeRunFile } from '../../run-folder/write-run-file.ts';
import { checkpointStep } from '../../training/checkpoint-step.ts';
import { recordInterval } from '../../training/record-interval.ts';
import { recordKeeper } from '../../training/record-keeper.ts';
import { readIfThere } from '../read-if-there.ts';
import type { Stage } from '../stage.ts';
import type { StudyConfiguration } from '../study-schema.ts';
import { checkpointFile } from '../train-network.ts';
import { openPrepared, type PrepareStage } from './prepare.ts';

/** How a DeFlow of the study differs from the configured one. */
export type DeFlowVariant = 'deflow' | 'deflow-sigma-0';

/** The released program starts Sigma at zero, where its gradient vanishes: it stays there, and only means are shifted. */
const configOf = (model: DeFlowConfig, variant: DeFlowVariant): DeFlowConfig =>
  variant === 'deflow' ? model : { ...model, shift: { kind: 'full', start: 0 } };

/** Which clean patches DeFlow sees. */
const cleanDomainOf = ({ clean }: StudyConfiguration['deflow'], { options }: PrepareStage) =>
  clean ?? (options.degraded === null ? 'reduced' : 'full');

/** Whether a DeFlow of this preparation serves every factor: photographs as they are and given pictures are the same for all. */
export const servesEveryFactor = (deflow: StudyConfiguration['deflow'], prepare: PrepareStage): boolean =>
  prepare.options.degraded !== null && cleanDomainOf(deflow, prepare) === 'full';

/** Trains a DeFlow on clean photographs and degraded ones of other scenes. */
export function trainStage(
  prepare: PrepareStage,
  variant: DeFlowVariant,
  seed: number,
  { deflow, checkpointEvery, engine }: StudyConfiguration,
): Stage {
  const { factor } = prepare.options;
  const cleanDomain = cleanDomainOf(deflow, prepare);
  const model = configOf(deflow.model, variant);
  const recipe = deflow.training;
  return {
    kind: 'train',
    label: [...(servesEveryFactor(deflow, prepare) ? [] : [`x${factor}`]), variant, `seed ${seed}`].join(' '),
    settings: { model, recipe, seed, engine, cleanDomain },
    inputs: [prepare],
    async run(context) {
      const { folder, signal } = context;
      const { clean, degraded } = await openPrepared(prepare, context);
      const { compile } = await context.engine();
      const loader = patchLoader({
        clean: clean.images({ scale: cleanDomain === 'full' ? 1 : factor }),
        degraded: degraded.images(),
        ...{ size: recipe.patchSize, batch: 2 * recipe.patchesPerDomain, seed: `patches ${seed}`, onSmall: 'skip' },
      });
      const checkpoint = join(folder, checkpointFile);
      const resume = await readIfThere(checkpoint);
      const from = resume ? checkpointStep(resume) : 0;
      const log = await openMetricsLog(join(folder, 'metrics.jsonl'), from);
      const network = createDeFlow({ config: model, random: createRandom(seed).fork('model') });
      const every = recordInterval(recipe.steps);
      const keeper = recordKeeper({
        ...{ model: network, every, imagesPerStep: 2 * recipe.patchesPerDomain },
        secondsBefore: log.records.at(-1)?.seconds ?? 0,
      });
      const shown = context.progress(recipe.steps, 'steps');
      const stop = new AbortController();
      try {
        const result = await trainDeFlow({
          ...{ model: network, nextBatch: loader.nextBatch, recipe, seed, compile, resume, signal: stop.signal },
          // At ends of records, so that a resumed run writes the same ones.
          checkpointEvery: Math.ceil(checkpointEvery / every) * every,
          onCheckpoint: (bytes) => writeRunFile(checkpoint, bytes),
          onProgress(seen) {
            const record = keeper.see(seen);
            if (!record) return;
            log.add(record);
            shown.update(record.step, `bits/dim ${decimals(record.clean, 3)} and ${decimals(record.degraded, 3)}`);
            if (signal.aborted) stop.abort();
          },
        });
        await writeRunFile(checkpoint, result.checkpoint);
        if (!result.finished) signal.throwIfAborted();
      } finally {
        await loader.close();
      }
    },
  };
}
