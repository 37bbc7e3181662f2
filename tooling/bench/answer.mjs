import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Peak resident memory of this process in MB. */
export const peakMB = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;

/** Our side of a benchmark: answers each request line with the milliseconds that `measure(request)` gives. */
export async function answer(measure) {
  for await (const line of createInterface({ input: process.stdin })) {
    const ms = await measure(JSON.parse(line));
    process.stdout.write(`${JSON.stringify({ ms, peakMB: peakMB() })}\n`);
  }
}
