import type { ArgsDef } from 'citty';

/** The options of `deflow run`. */
export const runArguments = {
  clean: { type: 'string', valueHint: 'DIR', description: 'folder of sharp photographs' },
  degraded: { type: 'string', valueHint: 'DIR', description: 'folder of degraded pictures at low resolution' },
  set: { type: 'string', valueHint: 'a.b=c', description: 'another value for a setting; may be given several times' },
  out: { type: 'string', valueHint: 'DIR', description: 'folder of the study (runs/NAME); what is done there stays' },
  backend: { type: 'string', valueHint: 'B', description: 'auto, cuda, native or wasm (auto)' },
  'dry-run': { type: 'boolean', description: 'only print the plan' },
  help: { type: 'boolean', description: 'print this' },
} as const satisfies ArgsDef;
