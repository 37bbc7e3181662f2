import type { DeFlow, TrainingProgress } from '@deflow/degradation';
import { readSigma } from './sigma.ts';
import type { TrainingRecord } from './training-record.ts';

/** Means over the steps between two records. */
export interface RecordKeeper {
  /** The record that ends with this step, if one does. */
  see(progress: TrainingProgress): TrainingRecord | undefined;
}

export interface RecordKeeperOptions {
  model: DeFlow;
  /** Steps a record covers. */
  every: number;
  imagesPerStep: number;
  /** Seconds of training that lie behind, from before a resumption. */
  secondsBefore: number;
}

/** Joins steps to records. */
export function recordKeeper({ model, every, imagesPerStep, secondsBefore }: RecordKeeperOptions): RecordKeeper {
  const start = performance.now();
  let steps = 0;
  let sums = { clean: 0, degraded: 0, gradientNorm: 0 };
  let last = start;
  return {
    see({ step, steps: planned, bitsPerDim, gradientNorm, learningRate }) {
      steps++;
      sums.clean += bitsPerDim.clean;
      sums.degraded += bitsPerDim.degraded;
      sums.gradientNorm += gradientNorm;
      if (step % every !== 0 && step !== planned) return undefined;
      const now = performance.now();
      const record = {
        step,
        clean: sums.clean / steps,
        degraded: sums.degraded / steps,
        learningRate,
        gradientNorm: sums.gradientNorm / steps,
        sigma: readSigma(model),
        imagesPerSecond: (1000 * steps * imagesPerStep) / (now - last),
        seconds: secondsBefore + (now - start) / 1000,
      };
      steps = 0;
      sums = { clean: 0, degraded: 0, gradientNorm: 0 };
      last = now;
      return record;
    },
  };
}
