import { join } from 'node:path';
import { pairByName } from '@deflow/datasets';
import { photoFolder } from '@deflow/datasets/node';
import { createUpscaler } from '@deflow/super-resolution';
import { readSuperResolution } from '@deflow/super-resolution/node';
import { readPicture } from '../data/read-picture.ts';
import { perceptualDistance, storedLpipsWeights } from '../pipeline/perceptual-distance.ts';
import { columnsOf, meanScores, type Scores, scores } from '../pipeline/scores.ts';
import { workProgress } from '../pipeline/work-progress.ts';
import { decimals } from '../report/format.ts';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import { interruptedExitCode, listenForInterruption } from '../training/interruption.ts';
import { type Command, required, takeApart } from './command.ts';
import { chosenEngine, engineOptions } from './engine-options.ts';

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
  options,
  async run(raw, terminal) {
    const { given } = takeApart('evaluate', raw, options);
    const low = required('evaluate', 'low', given.low, 'DIR');
    const high = required('evaluate', 'high', given.high, 'DIR');
    const path = required('evaluate', 'model', given.model, 'checkpoint.safetensors');
    const names = async (folder: string) => (await photoFolder(folder)).photos.map(({ name }) => name);
    const pairs = pairByName(await names(low), await names(high));
    const { compile } = await chosenEngine(given);
    const upscaler = createUpscaler(await readSuperResolution(path), { compile });
    const weights = await storedLpipsWeights();
    const perceptual = weights && perceptualDistance(weights);
    const interruption = listenForInterruption(terminal);
    const progress = workProgress(pairs.length, 'pictures', terminal);
    const picture = (folder: string, name: string) => readPicture(join(folder, name));
    const pictures: (Scores & { name: string })[] = [];
    try {
      for (const pair of pairs) {
        if (interruption.signal.aborted) return interruptedExitCode;
        const output = await upscaler.upscale(await picture(low, pair.low));
        const truth = await picture(high, pair.high);
        const near = perceptual && { lpips: await perceptual.distance(output, truth, upscaler.scale) };
        pictures.push({ name: pair.high, ...scores(output, truth, upscaler.scale), ...near });
        progress.update(pictures.length);
      }
    } finally {
      progress.stop();
      interruption.stopListening();
      upscaler.dispose();
      perceptual?.dispose();
    }
    const mean = meanScores(pictures);
    for (const { key, name, places } of columnsOf([mean]))
      terminal.line(`${name.padEnd(10)} ${decimals(mean[key], places)}`);
    terminal.line(`${pictures.length} pictures, borders of ${upscaler.scale} pixels left out`);
    if (given.json !== undefined) await writeRunFile(given.json, `${JSON.stringify({ mean, pictures }, null, 1)}\n`);
    return 0;
  },
};
