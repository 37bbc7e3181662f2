import { join } from 'node:path';
import { createDeFlow } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import { disposeParameters } from '@deflow/nn';
import { batches } from '../data/batches.ts';
import { readIfThere } from '../pipeline/read-if-there.ts';
import type { Stage } from '../pipeline/stage.ts';
import { checkpointFile } from '../pipeline/train-network.ts';
import { openMetricsLog } from '../run-folder/metrics-log.ts';
import { checkpointStep } from '../training/checkpoint-step.ts';
import { runTraining } from '../training/run-training.ts';
import type { NoiseRow } from './noise-schema.ts';
import type { SharedPhotographs } from './photographs.ts';

/** Trains a row from a seed: the numbers of `deflow train` with the same settings. */
export function trainRowStage(row: NoiseRow, seed: number, photographs: SharedPhotographs): Stage {
  const configuration = { ...row.configuration, seed };
  const { training, model, engine } = configuration;
  return {
    kind: 'train',
    label: `${row.name.replace(/[^\w.-]+/g, ' ').trim()} seed ${seed}`,
    settings: { seed, training, model, engine, photographs: photographs.fingerprint },
    inputs: [],
    async run(context) {
      const { folder, signal, terminal } = context;
      const { compile } = await context.engine();
      const pictures = (await photographs.load(signal)).training;
      const checkpoint = join(folder, checkpointFile);
      const resume = await readIfThere(checkpoint);
      const log = await openMetricsLog(join(folder, 'metrics.jsonl'), resume ? checkpointStep(resume) : 0);
      const network = createDeFlow({ config: model, random: createRandom(seed).fork('model') });
      try {
        const { finished } = await runTraining({
          ...{ model: network, configuration, compile, log, terminal, signal },
          nextBatch: batches({ ...training, ...pictures }),
          folder: { checkpoint },
          ...(resume ? { resume } : {}),
          keepTime: false,
          onPlan: async () => {},
        });
        if (!finished) signal.throwIfAborted();
      } finally {
        disposeParameters(network.parameters);
      }
    },
  };
}
