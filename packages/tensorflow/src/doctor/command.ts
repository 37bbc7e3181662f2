import { defineCommand } from 'citty';
import type { UseTensorFlowOptions } from '../engine.ts';
import { refuseUnknown } from '../refuse-unknown.ts';
import { runDoctor } from './doctor.ts';
import { formatReport } from './report.ts';

const definition = {
  json: { type: 'boolean', description: 'the report as JSON' },
  backend: { type: 'string', description: 'auto, cuda, native or wasm', valueHint: 'NAME' },
  threads: {
    type: 'string',
    description: 'threads, or within an operation and operations beside each other',
    valueHint: 'N|N,N',
  },
} as const;

/** `2`, or `1,2` for one within and two beside each other. */
function parsedThreads(text: string): UseTensorFlowOptions['threads'] {
  const [within, between, ...more] = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (between === undefined || more.length > 0) return Number(text);
  return { within: within!, between };
}

/** `deflow-tensorflow doctor`: exit code 0 when this machine can train. */
export const doctorCommand = defineCommand({
  meta: { name: 'doctor', description: 'See whether this machine can train, how fast, and what is missing.' },
  args: definition,
  async run({ args: { json, backend, threads }, rawArgs }) {
    try {
      refuseUnknown(rawArgs, definition);
    } catch (error) {
      console.error((error as Error).message);
      process.exitCode = 1;
      return;
    }
    const report = await runDoctor({
      backend: backend as UseTensorFlowOptions['backend'],
      threads: threads === undefined ? undefined : parsedThreads(threads),
    });
    console.log(json ? JSON.stringify(report, null, 2) : formatReport(report));
    process.exitCode = report.canTrain ? 0 : 1;
  },
});
