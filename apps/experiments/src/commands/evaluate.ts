import { join } from 'node:path';
import { type NamePair, pairByName } from '@deflow/datasets';
import { photoFolder } from '@deflow/datasets/node';
import { createUpscaler } from '@deflow/super-resolution';
import { readSuperResolution } from '@deflow/super-resolution/node';
import type { Picture } from '../data/photographs.ts';
import { readPicture } from '../data/read-picture.ts';
import { UsageError } from '../errors.ts';
import { perceptualDistance, storedLpipsWeights } from '../pipeline/perceptual-distance.ts';
import { columnsOf, meanScores, type Scores, scores } from '../pipeline/scores.ts';
import { workProgress } from '../pipeline/work-progress.ts';
import { decimals } from '../report/format.ts';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import { interruptedExitCode } from '../training/interruption.ts';
import { type Command, required, takeApart } from './command.ts';
import { chosenEngine, engineOptions } from './engine-options.ts';
import { interruptible } from './interruptible.ts';

const options = {
  low: { type: 'string', valueHint: 'DIR', description: 'low-resolution pictures' },
  high: { type: 'string', valueHint: 'DIR', description: 'the truth, under the same names' },
  model: { type: 'string', valueHint: 'FILE', description: 'network: a checkpoint of train-sr, or a released .pth' },
  json: { type: 'string', valueHint: 'FILE', description: 'write the scores of every picture' },
  ...engineOptions,
  help: { type: 'boolean', description: 'print this' },
} as const;

/** `deflow evaluate`: how near a network comes to the truth. */
export const evaluate: Command = {
  summary: 'enlarges low-resolution pictures with a network and compares with the truth',
  example: 'deflow evaluate --low test/low --high test/high --model runs/NAME/checkpoint.safetensors',
  options,
  async run(raw, terminal) {
    const { given } = takeApart('evaluate', raw, options);
    const low = required('evaluate', 'low', given.low, 'DIR');
    const high = required('evaluate', 'high', given.high, 'DIR');
    const path = required('evaluate', 'model', given.model, 'checkpoint.safetensors');
    const names = async (folder: string) => (await photoFolder(folder)).photos.map(({ name }) => name);
    const pairs = pairByName(await names(low), await names(high));
    const weights = await storedLpipsWeights();
    const pictures: (Scores & { name: string })[] = [];
    const { scale, stopped } = await interruptible(terminal, async (signal) => {
      const { compile } = await chosenEngine(given);
      const upscaler = createUpscaler(await readSuperResolution(path), { compile });
      const perceptual = weights && perceptualDistance(weights);
      const progress = workProgress(pairs.length, 'pictures', terminal);
      try {
        for (const pair of pairs) {
          if (signal.aborted) break;
          const output = await upscaler.upscale(await readPicture(join(low, pair.low)), { signal });
          const truth = await readPicture(join(high, pair.high));
          checkSizes(pair, { output, truth });
          const near = perceptual && { lpips: await perceptual.distance(output, truth, upscaler.scale) };
          pictures.push({ name: pair.high, ...scores(output, truth, upscaler.scale), ...near });
          progress.update(pictures.length);
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      } finally {
        progress.stop();
        upscaler.dispose();
        perceptual?.dispose();
      }
      return { scale: upscaler.scale, stopped: signal.aborted };
    });
    if (stopped) {
      terminal.line(`Stopped after ${pictures.length} of ${pairs.length} pictures. Nothing was written; begin anew.`);
      return interruptedExitCode;
    }
    const mean = meanScores(pictures);
    for (const { key, name, places } of columnsOf([mean]))
      terminal.line(`${name.padEnd(10)} ${decimals(mean[key], places)}`);
    terminal.line(`${pictures.length} pictures, borders of ${scale} pixels left out`);
    if (given.json !== undefined) await writeRunFile(given.json, `${JSON.stringify({ mean, pictures }, null, 1)}\n`);
    return 0;
  },
};

/** @throws UsageError where the network does not enlarge to the size of the truth. */
function checkSizes({ low, high }: NamePair, { output, truth }: Record<'output' | 'truth', Picture>): void {
  const size = ({ width, height }: Picture) => `${width} x ${height}`;
  if (size(output) === size(truth)) return;
  throw new UsageError(`${low} becomes ${size(output)}, but ${high} is ${size(truth)}.`, {
    remedy: 'Give pairs whose sizes differ by the factor that the network enlarges by.',
    value: [low, high],
  });
}
