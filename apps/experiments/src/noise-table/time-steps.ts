import { createDeFlow, type NextBatch, trainDeFlow } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import { type Compile, disposeParameters } from '@deflow/nn';
import type { Configuration } from '../configuration/schema.ts';
import { batches } from '../data/batches.ts';
import { startEngine } from '../engine.ts';
import { thousands } from '../report/format.ts';
import type { Terminal } from '../terminal.ts';
import { recipeOf } from '../training/run-training.ts';
import type { NoiseRow, NoiseStudy } from './noise-schema.ts';
import { sharedPhotographs } from './photographs.ts';

/** Steps that are timed, the first third of which count as warming up. */
const timedSteps = 90;

/**
 * Tells for every way to train how many steps of it fit into the study's minutes. The time is that of the processor, all threads
 * together: unlike the clock's it hardly depends on what else the machine does.
 */
export async function timeSteps(study: NoiseStudy, terminal: Terminal): Promise<void> {
  const { minutes } = study;
  const { compile, description } = await startEngine(study.engine);
  terminal.line(`Engine  ${description}`);
  const photographs = await sharedPhotographs(study);
  const pictures = (await photographs.load(new AbortController().signal)).training;
  for (const { name, configuration } of differentRows(study)) {
    const nextBatch = batches({ ...configuration.training, ...pictures });
    const milliseconds = await processorTime({ configuration, nextBatch, compile });
    const steps = thousands((minutes * 60_000) / milliseconds);
    terminal.line(`${milliseconds.toFixed(1).padStart(7)} ms a step, ${steps} steps in ${minutes} min: ${name}`);
  }
}

interface Timed {
  readonly configuration: Configuration;
  readonly nextBatch: NextBatch;
  readonly compile: Compile;
}

/** Milliseconds of processor time that a step takes: the median of several, of a model that is thrown away. */
async function processorTime({ configuration, nextBatch, compile }: Timed): Promise<number> {
  const model = createDeFlow({ config: configuration.model, random: createRandom(0) });
  const times: number[] = [];
  try {
    await trainDeFlow({
      ...{ model, nextBatch, compile, recipe: recipeOf(configuration, timedSteps) },
      onProgress() {
        const { user, system } = process.cpuUsage();
        times.push((user + system) / 1000);
      },
    });
  } finally {
    disposeParameters(model.parameters);
  }
  const steps = times.slice(timedSteps / 3).map((time, index) => time - times[index + timedSteps / 3 - 1]!);
  return steps.sort((a, b) => a - b)[steps.length >> 1]!;
}

/** Each way to train once. */
function differentRows({ tables }: NoiseStudy): NoiseRow[] {
  const rows = tables.flatMap(({ rows: each }) => each);
  return [...new Map(rows.map((row) => [JSON.stringify(row.configuration), row])).values()];
}
