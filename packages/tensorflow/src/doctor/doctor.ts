import type { Engine, UseTensorFlowOptions } from '../engine.ts';
import { DeFlowError } from '../errors.ts';
import { useTensorFlow } from '../use-tensorflow.ts';
import { engineChecks } from './engine-checks.ts';
import { machineChecks } from './machine-checks.ts';
import type { Check, DoctorReport } from './report.ts';

function backendChecks({ backend, unavailable }: Engine): Check[] {
  const slower = backend === 'wasm' ? ', some 5 to 10 times slower than native' : '';
  return [
    { name: 'Backend', status: 'ok', value: `${backend}${slower}` },
    ...unavailable.map(
      ({ backend, reason, remedy }): Check => ({ name: `not ${backend}`, status: 'missing', value: reason, remedy }),
    ),
  ];
}

/** Looks at the machine, starts the engine and tries it: what `deflow-tensorflow doctor` prints. */
export async function runDoctor(options: UseTensorFlowOptions = {}): Promise<DoctorReport> {
  const machine = machineChecks();
  const engine = await useTensorFlow(options).catch((error: unknown) => error);
  if (engine instanceof Error) {
    const [message = ''] = engine.message.split('\n');
    const remedy = DeFlowError.isInstance(engine) ? engine.remedy : 'Please report it with this output.';
    const failed: Check = { name: 'Backend', status: 'failed', value: message, remedy };
    return { canTrain: false, engine: null, checks: [...machine, failed] };
  }
  const started = engine as Engine;
  const checks = [...machine, ...backendChecks(started), ...(await engineChecks(started))];
  return { canTrain: checks.every(({ status }) => status !== 'failed'), engine: started, checks };
}
