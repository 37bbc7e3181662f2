import { availableParallelism, cpus } from 'node:os';
import type { Compile } from '@deflow/nn';
import {
  AlreadyStartedError,
  compile,
  type Engine,
  type UseTensorFlowOptions,
  useTensorFlow,
} from '@deflow/tensorflow';
import type { Configuration } from './configuration/schema.ts';
import type { Fact } from './report/report-data.ts';

export interface StartedEngine {
  readonly engine: Engine;
  /** As the configuration wants it: with XLA, with bfloat16. */
  readonly compile: Compile;
  /** Into how many parts batches are to be cut: as many as were asked for on a processor, else 1. */
  readonly parts: number;
  /** One line for the terminal. */
  readonly description: string;
}

/**
 * Starts the engine that the configuration asks for.
 *
 * @param parts - Parts of a batch that trainings compute beside each other: each gets its share of the processors, unless an engine
 * with other threads runs in this process already.
 */
export async function startEngine(
  { backend, xla, precision }: Configuration['engine'],
  parts = 1,
): Promise<StartedEngine> {
  const given: UseTensorFlowOptions = backend === 'auto' ? {} : { backend };
  const within = Math.max(1, Math.floor(availableParallelism() / parts));
  const engine = await useTensorFlow(parts > 1 ? { ...given, threads: { within } } : given).catch((error: unknown) => {
    if (error instanceof AlreadyStartedError) return useTensorFlow(given);
    throw error;
  });
  const options = engine.backend === 'wasm' ? {} : { xla, precision };
  const { tensorflowVersion: version } = engine;
  return {
    engine,
    compile: (fn, given) => compile(fn, { ...given, ...options }),
    parts: engine.backend === 'native' ? parts : 1,
    description: `${engine.backend}${version ? `, TensorFlow ${version}` : ''}, ${threadsOf(engine)}`,
  };
}

/** Such as `2 threads`, or `2 x 1 threads`: operations beside each other, times threads in each. */
function threadsOf({ threads: { within, between } }: Engine): string {
  if (within === between) return `${within} thread${within === 1 ? '' : 's'}`;
  return `${between} x ${within} threads`;
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
