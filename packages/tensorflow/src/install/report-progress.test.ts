import { expect, test } from 'vitest';
import { progressLine, progressReporter } from './report-progress.ts';

const half = { step: 'download', name: 'a.whl', done: 137_000_000, total: 274_000_000 } as const;

function recorder(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) > 0 };
  return { written, reporter: progressReporter(stream as unknown as NodeJS.WriteStream) };
}

test('a line shows how far a step is', () => {
  expect(progressLine(half)).toBe('████████████░░░░░░░░░░░░  50 % of 274 MB  downloading a.whl');
  expect(progressLine({ step: 'compile', name: 'binding', done: 0, total: 0 })).toBe('compiling binding');
});

test('a terminal gets one changing line, cut to its width, that disappears', () => {
  const { written, reporter } = recorder(true);
  reporter.onProgress({ ...half, name: 'long'.repeat(40) });
  reporter.finish();
  expect((written[0] as string).startsWith('\r\x1b[K  █')).toBe(true);
  expect((written[0] as string).length).toBeLessThanOrEqual(80 + 4);
  expect(written[1]).toBe('\r\x1b[K');
});

test('a file gets one line a step', () => {
  const { written, reporter } = recorder(false);
  for (const done of [0, 1, 2]) reporter.onProgress({ ...half, done });
  reporter.finish();
  expect(written).toEqual(['  downloading a.whl\n']);
});
