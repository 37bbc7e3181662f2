import { createTranslator, deflowFromBytes } from '@deflow/degradation';
import { degradeFolder, FolderError, restoreFolder } from '@deflow/degradation/node';
import { DeFlowError, ImageFileError } from '@deflow/images';
import { workProgress } from '../pipeline/work-progress.ts';
import { readFileOrExplain } from '../read-file-or-explain.ts';
import { type Command, decimal, required, takeApart, wholeNumber } from './command.ts';
import { explainResultError, reportPictures } from './each-picture.ts';
import { chosenEngine, engineOptions } from './engine-options.ts';
import { interruptible } from './interruptible.ts';
import { pictureFiles } from './picture-files.ts';

const options = {
  model: { type: 'string', valueHint: 'FILE', description: 'checkpoint of a trained DeFlow' },
  to: { type: 'string', valueHint: 'DIR', description: 'folder for the results (degraded)' },
  samples: { type: 'string', valueHint: 'N', description: 'results of each picture (1)' },
  strength: { type: 'string', valueHint: 'S', description: '0 gives the picture back, 1 the degradation (1)' },
  restore: { type: 'boolean', description: 'the other way: degraded pictures to clean ones' },
  seed: { type: 'string', valueHint: 'S', description: 'start of all random numbers (0)' },
  ...engineOptions,
  help: { type: 'boolean', description: 'print this' },
} as const;

/** `deflow degrade`: a trained DeFlow on pictures. */
export const degrade: Command = {
  summary: 'degrades pictures with a trained DeFlow, or restores them',
  words: 'PICTURE|DIR',
  example: 'deflow degrade photos --model runs/NAME/checkpoint.safetensors --to degraded',
  options,
  async run(raw, terminal) {
    const { words, given } = takeApart('degrade', raw, options, { least: 1, most: 1, hint: 'PICTURE|DIR' });
    const bytes = await readFileOrExplain(
      required('degrade', 'model', given.model, 'runs/NAME/checkpoint.safetensors'),
    );
    const samples = wholeNumber('samples', given.samples, 1, 1);
    const seed = wholeNumber('seed', given.seed, 0);
    const strength = decimal('strength', given.strength, 1);
    const direction = given.restore ? 'restore' : 'degrade';
    const to = given.to ?? `${direction}d`;
    const { files, unreadable } = await pictureFiles(words[0]!, to);
    return interruptible(terminal, async (signal) => {
      const { compile } = await chosenEngine(given);
      const translator = createTranslator(deflowFromBytes(bytes), { compile });
      const translateFolder = given.restore ? restoreFolder : degradeFolder;
      const progress = workProgress(files.length, 'pictures', terminal);
      const onProgress = ({ done }: { done: number }) => progress.update(done);
      try {
        const settings = { samples, strength, seed, signal, onProgress };
        const result = await translateFolder(translator, { from: files, to, ...settings }).finally(progress.stop);
        const failed = result.skipped.map(({ name, error }) => `${name}: ${error.message.split('\n')[0]}`);
        const counts = { made: result.written, before: result.present, total: files.length };
        return reportPictures({ ...counts, failed: [...unreadable, ...failed] }, to, { terminal, signal });
      } catch (error) {
        const isOfFiles = error instanceof FolderError || error instanceof ImageFileError;
        throw isOfFiles || !DeFlowError.isInstance(error) ? explainResultError(error, to) : error;
      } finally {
        translator.dispose();
      }
    });
  },
};
