import { setBackend } from '@tensorflow/tfjs-core';
import type { BackendName, Engine, UnavailableBackend, UseTensorFlowOptions } from './engine.ts';
import { AlreadyStartedError, BackendUnavailableError, OptionError } from './errors.ts';
import { registerFastGradients } from './gradients/register-fast-gradients.ts';
import { type Attempt, type ContextSettings, startCuda, startProcessor } from './native/native-engine.ts';
import { registerGradients } from './register-gradients.ts';
import { checkedThreads, describeThreads, fits } from './threads.ts';

const names = ['auto', 'cuda', 'native', 'wasm'] as const;

/** What runs in this process, whichever copies of this package asked for it. */
interface Running {
  native?: Engine;
  /** The latest call: calls wait for each other. */
  turn?: Promise<unknown>;
}
const store = globalThis as { [key: symbol]: Running | undefined };
const running: Running = (store[Symbol.for('deflow.tensorflow.running')] ??= {});

/** Options as they were given, or as they are by default. */
interface Settings extends ContextSettings {
  readonly backend: (typeof names)[number];
}

function checked({ backend, threads, xlaCache }: UseTensorFlowOptions): Settings {
  const name = backend ?? (process.env.DEFLOW_BACKEND || 'auto');
  const known = names.find((candidate) => candidate === name);
  if (!known)
    throw new OptionError(`There is no backend "${name}".`, { value: name, remedy: `Use one of ${names.join(', ')}.` });
  return {
    backend: known,
    threads: checkedThreads(threads),
    xlaCache: xlaCache ?? process.env.DEFLOW_XLA_CACHE !== 'off',
  };
}

async function wasm(): Promise<Engine> {
  const { useWasm } = await import('./wasm/use-wasm.ts');
  await useWasm();
  return {
    backend: 'wasm',
    tensorflowVersion: null,
    threads: { within: 1, between: 1 },
    devices: [{ name: 'WebAssembly', type: 'CPU' }],
    xlaCache: null,
    unavailable: [],
  };
}

/** The running native engine when it is the one asked for; a context can neither be changed nor made twice. */
async function runningNative({ backend, threads }: Settings): Promise<Engine | undefined> {
  const engine = running.native;
  if (!engine || backend === 'wasm') return undefined;
  const differs = backend !== 'auto' && backend !== engine.backend;
  if (differs || !fits(threads, engine.threads)) {
    const { backend: name, threads: present } = engine;
    throw new AlreadyStartedError(`TensorFlow runs in this process already: ${name}, ${describeThreads(present)}.`, {
      value: { backend, threads },
      remedy: 'Call useTensorFlow with these options before anything else does, or in a process of its own.',
    });
  }
  await setBackend('tensorflow');
  return engine;
}

async function choose({ backend, ...settings }: Settings): Promise<Engine> {
  const better: UnavailableBackend[] = [];
  const candidates: [BackendName, () => Promise<Attempt>][] = [
    ['cuda', () => startCuda(settings)],
    ['native', () => startProcessor(settings)],
    ['wasm', async () => ({ engine: await wasm() })],
  ];
  for (const [name, start] of candidates) {
    if (backend !== 'auto' && backend !== name) continue;
    const attempt = await start();
    if ('unavailable' in attempt) {
      better.push(attempt.unavailable);
      continue;
    }
    const engine = { ...attempt.engine, unavailable: [...better, ...attempt.engine.unavailable] };
    if (engine.backend !== 'wasm') running.native = engine;
    if (backend === 'auto' || engine.backend === backend) return engine;
    better.push(...engine.unavailable);
  }
  const { reason, remedy } = better[0] as UnavailableBackend;
  throw new BackendUnavailableError(`The backend "${backend}" cannot be used: ${reason}.`, { value: backend, remedy });
}

/**
 * Makes the best backend of this machine the one of TensorFlow.js, with all gradients, or the backend that is asked for.
 * Nothing is downloaded and nothing is printed; the result says what was chosen and why nothing better was.
 * Calling it again is free.
 *
 * @throws OptionError for an unknown backend or number of threads.
 * @throws BackendUnavailableError when the backend asked for cannot be had.
 * @throws AlreadyStartedError when TensorFlow runs in this process with other settings.
 */
export function useTensorFlow(options: UseTensorFlowOptions = {}): Promise<Engine> {
  const turn = (running.turn ?? Promise.resolve()).then(() => use(options));
  running.turn = turn.catch(() => undefined);
  return turn;
}

async function use(options: UseTensorFlowOptions): Promise<Engine> {
  const settings = checked(options);
  await registerGradients();
  registerFastGradients();
  return (await runningNative(settings)) ?? (await choose(settings));
}
