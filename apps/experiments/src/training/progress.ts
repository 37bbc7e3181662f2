import { Presets, SingleBar } from 'cli-progress';
import { decimals, duration, thousands } from '../report/format.ts';
import type { Terminal } from '../terminal.ts';
import type { TrainingRecord } from './training-record.ts';

export interface Progress {
  update(record: TrainingRecord): void;
  stop(): void;
}

/** Seconds between the lines that stand for the bar where there is no terminal. */
const lineInterval = 15;

/** Shows how training goes: a bar in a terminal, a line now and then elsewhere. */
export function trainingProgress(steps: number, from: number, terminal: Terminal): Progress {
  return terminal.interactive ? bar(steps, from) : lines(steps, terminal);
}

const losses = ({ clean, degraded }: TrainingRecord) =>
  `clean ${decimals(clean, 3)}, degraded ${decimals(degraded, 3)}`;

function bar(steps: number, from: number): Progress {
  const single = new SingleBar(
    {
      format: '  {bar} {percentage} %  step {value}/{total}  bits/dim {losses}  {speed} images/s  {left} left',
      barsize: 24,
      hideCursor: true,
      stopOnComplete: false,
      fps: 5,
      gracefulExit: false,
      stream: process.stdout,
      linewrap: false,
    },
    Presets.shades_classic,
  );
  single.start(steps, from, { losses: '–', speed: '–', left: '–' });
  return {
    update: (record) =>
      single.update(record.step, {
        losses: losses(record),
        speed: thousands(record.imagesPerSecond),
        left: duration(secondsLeft(record, steps)),
      }),
    stop: () => single.stop(),
  };
}

function lines(steps: number, terminal: Terminal): Progress {
  let last = Number.NEGATIVE_INFINITY;
  return {
    update(record) {
      const now = performance.now() / 1000;
      if (now - last < lineInterval && record.step < steps) return;
      last = now;
      terminal.line(
        `  step ${record.step} of ${steps}: ${losses(record)} bits/dim, ${thousands(record.imagesPerSecond)} images/s, ` +
          `${duration(secondsLeft(record, steps))} left`,
      );
    },
    stop() {},
  };
}

/** Judged by the speed so far. */
const secondsLeft = ({ step, seconds }: TrainingRecord, steps: number) => ((steps - step) * seconds) / step;
