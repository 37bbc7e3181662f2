import { join } from 'node:path';
import { decodeSafetensors } from '@deflow/checkpoints';
import type { PairedBatch, PatchLoader } from '@deflow/datasets/node';
import { createRandom } from '@deflow/images';
import type { Compile } from '@deflow/nn';
import {
  type RrdbNetConfig,
  rrdbNet,
  type SuperResolutionRecipe,
  trainSuperResolution,
} from '@deflow/super-resolution';
import { decimals } from '../report/format.ts';
import { openMetricsLog } from '../run-folder/metrics-log.ts';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import { recordInterval } from '../training/record-interval.ts';
import { readIfThere } from './read-if-there.ts';
import type { WorkProgress } from './work-progress.ts';

export const checkpointFile = 'checkpoint.safetensors';

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

export interface TrainNetworkOptions {
  /** For the checkpoint and metrics.jsonl; a training there goes on. */
  folder: string;
  model: Pick<RrdbNetConfig, 'scale' | 'features' | 'blocks' | 'growth'>;
  recipe: SuperResolutionRecipe;
  seed: number;
  loader: PatchLoader<PairedBatch>;
  compile: Compile;
  precision: 'float32' | 'bfloat16';
  /** Of a batch, computed beside each other. */
  parts: number;
  checkpointEvery: number;
  /** Ends training at the next record. */
  signal: AbortSignal;
  progress: WorkProgress;
}

/** Trains a super-resolution network, or goes on with its training. */
export async function trainNetwork(options: TrainNetworkOptions): Promise<{ checkpoint: string; finished: boolean }> {
  const { folder, model, recipe, seed, loader, compile, precision, parts, checkpointEvery, signal, progress } = options;
  const checkpoint = join(folder, checkpointFile);
  const resume = await readIfThere(checkpoint);
  const log = await openMetricsLog<SuperResolutionRecord>(join(folder, 'metrics.jsonl'), resume ? stepOf(resume) : 0);
  const every = recordInterval(recipe.steps);
  const before = log.records.at(-1)?.seconds ?? 0;
  const began = performance.now();
  let sums = { loss: 0, gradientNorm: 0, steps: 0 };
  const stop = new AbortController();
  const result = await trainSuperResolution({
    model: rrdbNet({ ...model, random: createRandom(seed).fork('super-resolution') }),
    ...{ nextBatch: loader.nextBatch, recipe, seed, compile, precision, parts, resume, signal: stop.signal },
    // At ends of records, so that a resumed run writes the same ones.
    checkpointEvery: Math.ceil(checkpointEvery / every) * every,
    onCheckpoint: (bytes) => writeRunFile(checkpoint, bytes),
    onProgress({ step, loss, gradientNorm, learningRate, patchesPerSecond }) {
      sums = { loss: sums.loss + loss, gradientNorm: sums.gradientNorm + gradientNorm, steps: sums.steps + 1 };
      if (step % every !== 0 && step !== recipe.steps) return;
      const seconds = before + (performance.now() - began) / 1000;
      const means = { loss: sums.loss / sums.steps, gradientNorm: sums.gradientNorm / sums.steps };
      log.add({ step, ...means, learningRate, patchesPerSecond, seconds });
      progress.update(step, `L1 ${decimals(means.loss, 4)}`);
      sums = { loss: 0, gradientNorm: 0, steps: 0 };
      if (signal.aborted) stop.abort();
    },
  });
  await writeRunFile(checkpoint, result.checkpoint);
  return { checkpoint, finished: result.finished };
}

/** How many steps lie behind a checkpoint. */
function stepOf(checkpoint: Uint8Array): number {
  const position = decodeSafetensors(checkpoint).metadata['deflow.super-resolution.training'];
  return position === undefined ? 0 : (JSON.parse(position).step as number);
}
