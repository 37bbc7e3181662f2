import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openCache, patchLoader, photoFolder, prepareImages } from '@deflow/datasets/node';
import { presets } from '@deflow/super-resolution';
import { checkFolders } from '../data/check-folders.ts';
import { explainWriteError } from '../errors.ts';
import { trainNetwork } from '../pipeline/train-network.ts';
import { workProgress } from '../pipeline/work-progress.ts';
import { duration } from '../report/format.ts';
import { interruptedExitCode, listenForInterruption } from '../training/interruption.ts';
import { type Command, oneOf, required, takeApart, wholeNumber } from './command.ts';
import { chosenEngine, engineOptions } from './engine-options.ts';

const options = {
  low: { type: 'string', valueHint: 'DIR', description: 'low-resolution pictures' },
  high: { type: 'string', valueHint: 'DIR', description: 'the same pictures at high resolution, under the same names' },
  factor: { type: 'string', valueHint: 'N', description: '1, 2, 4 or 8 (4)' },
  out: { type: 'string', valueHint: 'DIR', description: 'folder for checkpoint and metrics; a training there goes on' },
  preset: { type: 'string', valueHint: 'NAME', description: `${Object.keys(presets).join(', ')} (smallPsnr)` },
  steps: { type: 'string', valueHint: 'N', description: 'steps, in place of the preset’s' },
  seed: { type: 'string', valueHint: 'S', description: 'start of all random numbers (1)' },
  parts: { type: 'string', valueHint: 'N', description: 'of a batch, computed beside each other (2)' },
  ...engineOptions,
  help: { type: 'boolean', description: 'print this' },
} as const;

const goesOn = 'Free some space and give the same command again: it goes on from its last checkpoint.';

/** `deflow train-sr`: a super-resolution network from pairs. */
export const trainSr: Command = {
  summary: 'trains a super-resolution network on pairs of pictures',
  example: 'deflow train-sr --low pairs/low --high pairs/high --out runs/NAME --factor 4',
  options,
  async run(raw, terminal) {
    const { given } = takeApart('train-sr', raw, options);
    const low = required('train-sr', 'low', given.low, 'DIR');
    const high = required('train-sr', 'high', given.high, 'DIR');
    const out = resolve(required('train-sr', 'out', given.out, 'runs/NAME'));
    const factor = Number(oneOf('factor', given.factor, ['1', '2', '4', '8'], '4')) as 1 | 2 | 4 | 8;
    const names = Object.keys(presets) as (keyof typeof presets)[];
    const { model, training } = presets[oneOf('preset', given.preset, names, 'smallPsnr')];
    const recipe = { ...training, steps: wholeNumber('steps', given.steps, training.steps, 1) };
    const seed = wholeNumber('seed', given.seed, 1);
    const parts = wholeNumber('parts', given.parts, 2, 1);
    const precision = oneOf('precision', given.precision, ['float32', 'bfloat16'], 'float32');
    await checkFolders({ from: { low, high }, out });
    // Named before a folder is made for nothing.
    for (const folder of [low, high]) await photoFolder(folder);
    await mkdir(out, { recursive: true }).catch((error) => {
      throw explainWriteError(error, out);
    });
    const interruption = listenForInterruption(terminal);
    const { signal } = interruption;
    const began = performance.now();
    try {
      await prepareImages({ from: low, to: join(out, 'packed', 'low'), onCorrupt: 'skip', signal });
      await prepareImages({ from: high, to: join(out, 'packed', 'high'), onCorrupt: 'skip', signal });
      const loader = patchLoader({
        low: (await openCache(join(out, 'packed', 'low'))).images(),
        high: (await openCache(join(out, 'packed', 'high'))).images(),
        ...{ size: recipe.patchSize, scale: factor, batch: recipe.batchSize },
        ...{ seed: `patches ${seed}`, rotate: true, onSmall: 'skip' },
      });
      const engine = await chosenEngine(given, parts);
      const progress = workProgress(recipe.steps, 'steps', terminal);
      const { checkpoint, finished } = await trainNetwork({
        ...{ folder: out, model: { ...model, scale: factor }, recipe, seed, precision, signal, progress },
        ...{ loader, checkpointEvery: 500, compile: engine.compile, parts: engine.parts },
      }).finally(() => {
        progress.stop();
        return loader.close();
      });
      terminal.line(`${checkpoint}   (${duration((performance.now() - began) / 1000)})`);
      if (finished) return 0;
    } catch (error) {
      if (!signal.aborted) throw explainWriteError(error, out, goesOn);
    } finally {
      interruption.stopListening();
    }
    terminal.line(`Stopped. What there is lies in ${out}; the same command goes on where it was.`);
    return interruptedExitCode;
  },
};
