import type { InstallProgress, OnProgress } from './progress.ts';

const labels: Record<InstallProgress['step'], string> = {
  wait: 'waiting for',
  download: 'downloading',
  check: 'checking',
  unpack: 'unpacking',
  compile: 'compiling',
};

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

/** One line for a step: a bar of 24 cells, the percentage, megabytes. */
export function progressLine({ step, name, done, total }: InstallProgress): string {
  const label = `${labels[step]} ${name}`;
  if (total === 0) return label;
  const cells = Math.floor((24 * done) / total);
  const bar = '█'.repeat(cells) + '░'.repeat(24 - cells);
  return `${bar} ${String(Math.floor((100 * done) / total)).padStart(3)} % of ${megabytes(total)} MB  ${label}`;
}

/** Draws progress on a terminal, one line that changes; elsewhere a line for the start of each step. */
export function progressReporter(stream: NodeJS.WriteStream = process.stderr): {
  onProgress: OnProgress;
  finish(): void;
} {
  let last = '';
  let drawn = 0;
  return {
    onProgress(progress) {
      const key = `${progress.step} ${progress.name}`;
      if (!stream.isTTY) {
        if (key !== last) stream.write(`  ${labels[progress.step]} ${progress.name}\n`);
      } else if (key !== last || progress.done === progress.total || performance.now() - drawn > 100) {
        stream.write(`\r\x1b[K  ${progressLine(progress).slice(0, (stream.columns || 80) - 3)}`);
        drawn = performance.now();
      }
      last = key;
    },
    finish() {
      if (stream.isTTY && last) stream.write('\r\x1b[K');
    },
  };
}
