import { Presets, SingleBar } from 'cli-progress';
import { duration } from '../report/format.ts';
import type { Terminal } from '../terminal.ts';

/** Shows how a piece of work goes. */
export interface WorkProgress {
  /** @param note - A few words beside the bar, such as the loss. */
  update(done: number, note?: string): void;
  stop(): void;
}

/** Seconds between the lines that stand for the bar where there is no terminal. */
const lineInterval = 15;

/** A bar with the time that is left in a terminal, a line now and then elsewhere. `unit`: what is counted. */
export function workProgress(total: number, unit: string, terminal: Terminal): WorkProgress {
  const began = performance.now();
  let first: number | undefined;
  const left = (done: number) => {
    first ??= done;
    const seconds = (performance.now() - began) / 1000;
    return done > first ? duration(((total - done) * seconds) / (done - first)) : '–';
  };
  if (!terminal.interactive) return lines(total, unit, { terminal, left });
  const bar = new SingleBar(
    {
      format: `  {bar} {percentage} %  {value}/{total} ${unit}  {note}  {left} left`,
      barsize: 24,
      hideCursor: true,
      fps: 5,
      gracefulExit: false,
      stream: process.stdout,
      linewrap: false,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { note: '', left: '–' });
  return { update: (done, note = '') => bar.update(done, { note, left: left(done) }), stop: () => bar.stop() };
}

function lines(
  total: number,
  unit: string,
  { terminal, left }: { terminal: Terminal; left(done: number): string },
): WorkProgress {
  let last = performance.now() / 1000;
  return {
    update(done, note) {
      const now = performance.now() / 1000;
      const remaining = left(done);
      if (now - last < lineInterval) return;
      last = now;
      terminal.line(`  ${done} of ${total} ${unit}${note ? `, ${note}` : ''}, ${remaining} left`);
    },
    stop() {},
  };
}
