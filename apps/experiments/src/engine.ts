import { cpus } from 'node:os';
import type { Compile } from '@deflow/nn';
import { compile, type Engine, useTensorFlow } from '@deflow/tensorflow';
import type { Configuration } from './configuration/schema.ts';
import type { Fact } from './report/report-data.ts';

export interface StartedEngine {
  readonly engine: Engine;
  /** As the configuration wants it: with XLA, with bfloat16. */
  readonly compile: Compile;
  /** One line for the terminal. */
  readonly description: string;
}

/** Starts the engine that the configuration asks for. */
export async function startEngine({ backend, xla, precision }: Configuration['engine']): Promise<StartedEngine> {
  const engine = await useTensorFlow(backend === 'auto' ? {} : { backend });
  const options = engine.backend === 'wasm' ? {} : { xla, precision };
  const { tensorflowVersion: version, threads } = engine;
  return {
    engine,
    compile: (fn, given) => compile(fn, { ...given, ...options }),
    description: `${engine.backend}${version ? `, TensorFlow ${version}` : ''}, ${threads.within} thread${threads.within === 1 ? '' : 's'}`,
  };
}

/** What the report says about the machine. */
export function environment({ engine, description }: StartedEngine): Fact[] {
  const processors = cpus();
  const devices = engine.devices.map(({ name }) => name).join(', ');
  return [
    { name: 'Engine', value: description },
    ...(engine.backend === 'cuda' ? [{ name: 'Device', value: devices }] : []),
    { name: 'Processor', value: `${processors[0]?.model.trim() ?? 'unknown'}, ${processors.length} cores` },
    { name: 'Node', value: `${process.version}, ${process.platform} ${process.arch}` },
    { name: 'Peak memory', value: `${Math.round(process.resourceUsage().maxRSS / 1024)} MB` },
  ];
}
