import type { ArgsDef } from 'citty';
import { type StartedEngine, startEngine } from '../engine.ts';
import { oneOf } from './command.ts';

/** How to compute. */
export const engineOptions = {
  backend: { type: 'string', valueHint: 'B', description: 'auto, cuda, native or wasm (auto)' },
  precision: { type: 'string', valueHint: 'P', description: 'float32, or bfloat16 where the processor has it' },
} as const satisfies ArgsDef;

/** Starts the engine that the options ask for. @throws UsageError */
export const chosenEngine = (given: { backend?: string; precision?: string }, parts = 1): Promise<StartedEngine> =>
  startEngine(
    {
      backend: oneOf('backend', given.backend, ['auto', 'cuda', 'native', 'wasm'], 'auto'),
      precision: oneOf('precision', given.precision, ['float32', 'bfloat16'], 'float32'),
      xla: false,
    },
    parts,
  );
