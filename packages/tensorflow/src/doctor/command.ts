import { defineCommand } from 'citty';
import type { UseTensorFlowOptions } from '../engine.ts';
import { refuseUnknown } from '../refuse-unknown.ts';
import { runDoctor } from './doctor.ts';
import { formatReport } from './report.ts';

const definition = {
  json: { type: 'boolean', description: 'the report as JSON' },
  backend: { type: 'string', description: 'auto, cuda, native or wasm', valueHint: 'NAME' },
  threads: { type: 'string', description: 'threads for one operation', valueHint: 'N' },
} as const;

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
      threads: threads === undefined ? undefined : Number(threads),
    });
    console.log(json ? JSON.stringify(report, null, 2) : formatReport(report));
    process.exitCode = report.canTrain ? 0 : 1;
  },
});
