import { createTranslator, deflowFromBytes } from '@deflow/degradation';
import { readFileOrExplain } from '../read-file-or-explain.ts';
import { type Command, required, takeApart, wholeNumber } from './command.ts';
import { chosenEngine, engineOptions } from './engine-options.ts';
import { eachPicture, pictureFiles } from './picture-files.ts';

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
  options,
  async run(raw, terminal) {
    const { words, given } = takeApart('degrade', raw, options, { least: 1, most: 1, hint: 'PICTURE|DIR' });
    const bytes = await readFileOrExplain(
      required('degrade', 'model', given.model, 'runs/NAME/checkpoint.safetensors'),
    );
    const files = await pictureFiles(words[0]!);
    const { compile } = await chosenEngine(given);
    const translator = createTranslator(deflowFromBytes(bytes), { compile });
    const samples = wholeNumber('samples', given.samples, 1, 1);
    const seed = wholeNumber('seed', given.seed, 0);
    const direction = given.restore ? 'restore' : 'degrade';
    const strength = given.strength === undefined ? 1 : Number(given.strength);
    const make = (image: Parameters<typeof translator.degrade>[0], name: string, signal: AbortSignal) =>
      translator[direction](image, { samples, strength, seed: `${seed} ${name}`, signal });
    try {
      return await eachPicture({ files, to: given.to ?? `${direction}d`, terminal, make: make as never }, samples);
    } finally {
      translator.dispose();
    }
  },
};
