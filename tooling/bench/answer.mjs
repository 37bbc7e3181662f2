import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const status = (key) =>
  Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;

/** Resident memory of this process in MB: now, and at its peak. */
export const memoryMB = () => status('VmRSS');
export const peakMB = () => status('VmHWM');

/**
 * Our side of a benchmark: answers each request line with the milliseconds that `measure(request)` gives (or `{ ms, ... }` with more
 * fields of the answer), and with what `note(request)` has to say afterwards, if anything: the runner prints it.
 */
export async function answer(measure, note = () => undefined) {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    const found = await measure(request);
    const fields = found?.ms ? found : { ms: found };
    process.stdout.write(`${JSON.stringify({ peakMB: peakMB(), note: note(request), ...fields })}\n`);
  }
}
