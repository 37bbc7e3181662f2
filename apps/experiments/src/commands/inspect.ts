import { describeContents, readContents } from '@deflow/checkpoints/node';
import { type Command, takeApart } from './command.ts';

const options = { help: { type: 'boolean', description: 'print this' } } as const;

/** `deflow inspect`: what checkpoints hold. */
export const inspect: Command = {
  summary: 'prints what is in checkpoints: safetensors, or .pth of PyTorch, of which nothing is executed',
  words: 'FILE...',
  example: 'deflow inspect runs/NAME/checkpoint.safetensors',
  options,
  async run(raw, terminal) {
    const { words } = takeApart('inspect', raw, options, { least: 1, most: raw.length, hint: 'FILE' });
    for (const path of words) terminal.line(describeContents(path, await readContents(path)));
    return 0;
  },
};
