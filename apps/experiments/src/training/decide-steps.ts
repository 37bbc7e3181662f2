import { createDeFlow, type NextBatch, trainDeFlow } from '@deflow/degradation';
import { createRandom } from '@deflow/images';
import { type Compile, disposeParameters } from '@deflow/nn';
import type { Configuration } from '../configuration/schema.ts';
import { wholeRecords } from './record-interval.ts';
import { recipeOf } from './run-training.ts';

/** Steps that are timed, the first of which count as warming up; fewer where they are slow. */
const timedSteps = 40;
const mostSeconds = 12;
/** The part of the time that is planned for; the rest is for checkpoints and slower moments. */
const plannedPart = 0.93;

export interface DecideStepsOptions {
  configuration: Configuration;
  nextBatch: NextBatch;
  compile: Compile;
  signal: AbortSignal;
}

/** How many steps fit into the minutes of the configuration, judged by a few steps of a model that is thrown away. */
export async function decideSteps({ configuration, nextBatch, compile, signal }: DecideStepsOptions): Promise<number> {
  const { minutes, mostSteps } = configuration.training;
  const model = createDeFlow({ config: configuration.model, random: createRandom(0) });
  const stop = new AbortController();
  const start = performance.now();
  const times: number[] = [];
  const timed = { ...configuration, training: { ...configuration.training, steps: timedSteps } };
  try {
    await trainDeFlow({
      model,
      nextBatch,
      compile,
      recipe: recipeOf(timed, timedSteps),
      signal: stop.signal,
      onProgress() {
        times.push(performance.now());
        if (signal.aborted) stop.abort();
        if (times.length > 5 && performance.now() - start > mostSeconds * 1000) stop.abort();
      },
    });
  } finally {
    disposeParameters(model.parameters);
  }
  signal.throwIfAborted();
  const steady = times.slice(Math.floor(times.length / 3));
  const millisecondsPerStep = (steady.at(-1)! - steady[0]!) / Math.max(1, steady.length - 1);
  const feasible = Math.floor((minutes * 60_000 * plannedPart) / millisecondsPerStep);
  return wholeRecords(Math.max(1, Math.min(mostSteps, feasible)));
}
