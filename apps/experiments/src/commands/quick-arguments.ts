import type { ArgsDef } from 'citty';

/** The options of `deflow quick`. Those that are given overrule the configuration file, which overrules the preset. */
export const quickArguments = {
  clean: { type: 'string', valueHint: 'DIR', description: 'folder of clean photographs' },
  degraded: { type: 'string', valueHint: 'DIR', description: 'folder of degraded photographs, of other scenes' },
  minutes: { type: 'string', valueHint: 'N', description: 'most minutes of training (5)' },
  steps: {
    type: 'string',
    valueHint: 'N',
    description: 'steps of training, instead of as many as fit into the minutes',
  },
  seed: { type: 'string', valueHint: 'S', description: 'start of all random numbers (1)' },
  out: { type: 'string', valueHint: 'DIR', description: 'run folder (runs/TIME-NAME)' },
  backend: { type: 'string', valueHint: 'B', description: 'auto, cuda, native or wasm (auto)' },
  preset: { type: 'string', valueHint: 'NAME', description: 'small or paper-small (small)' },
  'held-out': { type: 'string', valueHint: 'N', description: 'clean photographs to judge on (a tenth, at most 20)' },
  config: { type: 'string', valueHint: 'FILE', description: 'YAML file of settings, such as the config.yaml of a run' },
  resume: { type: 'string', valueHint: 'DIR', description: 'go on with the run in this folder' },
  xla: { type: 'boolean', description: 'compile with XLA (native and cuda)' },
  precision: {
    type: 'string',
    valueHint: 'P',
    description: 'float32, or bfloat16 where the processor has it (float32)',
  },
  help: { type: 'boolean', description: 'print this' },
} as const satisfies ArgsDef;
