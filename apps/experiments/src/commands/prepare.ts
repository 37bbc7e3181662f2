import { cameraPresets } from '@deflow/datasets';
import { makeBenchmark } from '@deflow/datasets/node';
import { checkFolders } from '../data/check-folders.ts';
import { explainWriteError } from '../errors.ts';
import { type WorkProgress, workProgress } from '../pipeline/work-progress.ts';
import { interruptedExitCode, listenForInterruption } from '../training/interruption.ts';
import { type Command, oneOf, required, takeApart, wholeNumber } from './command.ts';

const cameras = Object.keys(cameraPresets) as (keyof typeof cameraPresets)[];

const options = {
  photographs: { type: 'string', valueHint: 'DIR', description: 'folder of sharp photographs' },
  out: { type: 'string', valueHint: 'DIR', description: 'new folder for the benchmark' },
  factor: { type: 'string', valueHint: 'N', description: 'what super-resolution will enlarge by (4)' },
  camera: { type: 'string', valueHint: 'NAME', description: `${cameras.join(', ')} (low-light-phone)` },
  'test-camera': { type: 'string', valueHint: 'NAME', description: 'camera of the test pictures (the same)' },
  degraded: { type: 'string', valueHint: 'DIR', description: 'really degraded pictures, in place of the camera' },
  seed: { type: 'string', valueHint: 'S', description: 'decides the split and all noise (0)' },
  help: { type: 'boolean', description: 'print this' },
} as const;

const goesOn = 'Free some space and give the same command again: it goes on where it was.';

/** `deflow prepare`: a benchmark like AIM's out of a folder of photographs. */
export const prepare: Command = {
  summary: 'makes a benchmark like AIM 2019 out of a folder of photographs: unpaired training sets, paired test sets',
  example: 'deflow prepare --photographs photos/sharp --out runs/benchmark --factor 4',
  options,
  async run(raw, terminal) {
    const { given } = takeApart('prepare', raw, options);
    const photographs = required('prepare', 'photographs', given.photographs, 'DIR');
    const to = required('prepare', 'out', given.out, 'DIR');
    const camera = oneOf('camera', given.camera, cameras, 'low-light-phone');
    await checkFolders({ from: { photographs, degraded: given.degraded }, out: to });
    const interruption = listenForInterruption(terminal);
    let progress: WorkProgress | undefined;
    try {
      const { train, test, manifest } = await makeBenchmark({
        ...{ photographs, to },
        scale: wholeNumber('factor', given.factor, 4, 1),
        camera,
        testCameras: [oneOf('test-camera', given['test-camera'], cameras, camera)],
        seed: wholeNumber('seed', given.seed, 0),
        ...(given.degraded === undefined ? {} : { degraded: given.degraded }),
        onCorrupt: 'skip',
        signal: interruption.signal,
        onProgress(seen) {
          progress ??= workProgress(seen.total, 'photographs', terminal);
          progress.update(seen.done);
        },
      });
      progress?.stop();
      terminal.line(`${manifest.train.clean.length} clean        ${train.clean}`);
      terminal.line(`${manifest.train.degraded.files.length} degraded     ${train.degraded}`);
      for (const { low, high } of test) terminal.line(`${manifest.test.high.length} test pairs   ${low}  ${high}`);
      for (const { name, reason } of manifest.skipped) terminal.line(`left out: ${name}: ${reason}`);
      return 0;
    } catch (error) {
      if (!interruption.signal.aborted) throw explainWriteError(error, to, goesOn);
      terminal.line('Stopped. The same command goes on where it was.');
      return interruptedExitCode;
    } finally {
      progress?.stop();
      interruption.stopListening();
    }
  },
};
