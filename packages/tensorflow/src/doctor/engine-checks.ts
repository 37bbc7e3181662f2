import { compile } from '../compile/compile.ts';
import type { Engine } from '../engine.ts';
import { driverVersion, hasGpu } from '../native/gpu.ts';
import type { Check } from './report.ts';
import { convolutionSpeed, matrixProductSpeed } from './speed.ts';
import { directionalSlopes, trainingStepDifference } from './training-checks.ts';

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A check that runs something: an exception fails it. */
async function running(name: string, remedy: string, run: () => Promise<string> | string): Promise<Check> {
  try {
    return { name, status: 'ok', value: await run() };
  } catch (error) {
    return { name, status: 'failed', value: describe(error), remedy };
  }
}

function gpu({ backend, devices }: Engine): Check {
  const count = devices.filter(({ type }) => type === 'GPU').length;
  if (backend === 'cuda')
    return { name: 'GPU', status: 'ok', value: `${count} in use, driver ${driverVersion() ?? 'unknown'}` };
  if (hasGpu()) return { name: 'GPU', status: 'missing', value: `driver ${driverVersion() ?? 'found'}, not in use` };
  return { name: 'GPU', status: 'ok', value: 'none' };
}

const threads = ({ threads: { within, between } }: Engine) =>
  `${within} within an operation, ${between} operation${between === 1 ? '' : 's'} beside each other`;

const report = 'Please report it with this output.';

/** What the engine can do: its speed, and whether gradients and compiled functions are right. */
export async function engineChecks(engine: Engine): Promise<Check[]> {
  const version = engine.tensorflowVersion ?? 'none: WebAssembly runs the kernels of TensorFlow.js';
  return [
    { name: 'TensorFlow', status: 'ok', value: version },
    { name: 'Threads', status: 'ok', value: threads(engine) },
    { name: 'XLA cache', status: 'ok', value: engine.xlaCache ?? 'none' },
    gpu(engine),
    await running('Matrix product', report, async () => `${(await matrixProductSpeed()).toFixed(0)} GFLOP/s`),
    await running('Convolution', report, async () => `${(await convolutionSpeed()).toFixed(0)} GFLOP/s`),
    await running('Gradients', report, () => {
      const [exact, measured] = directionalSlopes();
      const error = Math.abs(exact - measured) / Math.abs(measured);
      if (!(error < 0.01)) throw new Error(`the slope of a small network is ${exact}, differences say ${measured}`);
      return `right: a slope of ${exact.toFixed(4)}, finite differences ${measured.toFixed(4)}`;
    }),
    await running('Compiled functions', report, () => {
      const { difference, isCaptured } = trainingStepDifference(compile);
      if (difference !== 0) throw new Error(`a compiled training step differs from the plain one by ${difference}`);
      return isCaptured ? 'right: a compiled training step equals the plain one' : 'run as they are on this backend';
    }),
  ];
}
