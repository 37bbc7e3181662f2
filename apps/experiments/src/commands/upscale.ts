import { createUpscaler } from '@deflow/super-resolution';
import { readSuperResolution } from '@deflow/super-resolution/node';
import { type Command, oneOf, required, takeApart, wholeNumber } from './command.ts';
import { eachPicture } from './each-picture.ts';
import { chosenEngine, engineOptions } from './engine-options.ts';
import { interruptible } from './interruptible.ts';
import { pictureFiles } from './picture-files.ts';

const options = {
  model: { type: 'string', valueHint: 'FILE', description: 'network: a checkpoint of train-sr, or a released .pth' },
  to: { type: 'string', valueHint: 'DIR', description: 'folder for the results (upscaled)' },
  tile: {
    type: 'string',
    valueHint: 'N',
    description: 'side of tiles in pixels of the input: bounds the memory (256)',
  },
  overlap: { type: 'string', valueHint: 'N', description: 'pixels that tiles share (32)' },
  ...engineOptions,
  help: { type: 'boolean', description: 'print this' },
} as const;

/** `deflow upscale`: a super-resolution network on pictures. */
export const upscale: Command = {
  summary: 'enlarges pictures with a super-resolution network',
  words: 'PICTURE|DIR',
  example: 'deflow upscale photos --model runs/NAME/checkpoint.safetensors --to large',
  options,
  async run(raw, terminal) {
    const { words, given } = takeApart('upscale', raw, options, { least: 1, most: 1, hint: 'PICTURE|DIR' });
    const path = required('upscale', 'model', given.model, 'checkpoint.safetensors');
    const to = given.to ?? 'upscaled';
    const tile = wholeNumber('tile', given.tile, 256, 1);
    const overlap = wholeNumber('overlap', given.overlap, 32);
    const precision = oneOf('precision', given.precision, ['float32', 'bfloat16'], 'float32');
    const found = await pictureFiles(words[0]!, to);
    return interruptible(terminal, async (signal) => {
      const { compile } = await chosenEngine(given);
      const upscaler = createUpscaler(await readSuperResolution(path), { compile, precision });
      try {
        return await eachPicture({
          ...{ ...found, to, terminal, signal },
          make: async (image) => [await upscaler.upscale<Uint8Array | Uint16Array>(image, { tile, overlap, signal })],
        });
      } finally {
        upscaler.dispose();
      }
    });
  },
};
