import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cameraModel, deadLeaves } from '@deflow/datasets';
import { jpegRoundTrip } from '@deflow/datasets/node';
import { createRandom } from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import type { Configuration } from '../configuration/schema.ts';
import { explainWriteError } from '../errors.ts';
import type { RunFolder } from '../run-folder/run-folder.ts';
import { heldOutCount } from './load-photographs.ts';
import type { Photographs, Picture } from './photographs.ts';

export interface MakePhotographsOptions {
  configuration: Configuration;
  folder: RunFolder;
  signal: AbortSignal;
}

/**
 * The study's own photographs: dead leaves, half of them taken by a camera model that the trainer knows nothing of.
 * The same seed gives the same pictures, so a resumed run makes them anew. A few of each are left in the run folder to look at.
 */
export async function makePhotographs({ configuration, folder, signal }: MakePhotographsOptions): Promise<Photographs> {
  const { generated, heldOut: wanted } = configuration.photographs;
  const { width, height } = generated;
  const count = generated.pictures!;
  const random = createRandom(configuration.seed).fork('photographs');
  const camera = cameraModel({ compress: jpegRoundTrip });
  const scene = async (name: string): Promise<Picture> => {
    signal.throwIfAborted();
    // Signals have their turn between pictures.
    await new Promise(setImmediate);
    return deadLeaves({ width, height, random: random.fork(name) });
  };
  const clean = await series(count, (index) => scene(`clean ${index}`));
  const degraded = await series(count, async (index) =>
    camera(await scene(`degraded ${index}`), random.fork(`camera ${index}`)),
  );
  const heldOut = Math.min(wanted ?? heldOutCount(2 * count), count - 1);
  const truth = await series(heldOut, (index) => camera(clean[index]!, random.fork(`truth ${index}`)));
  await writeSome(folder, { clean, degraded });
  const heldOutDegraded = heldOutCount(count);
  return {
    training: { clean: clean.slice(heldOut), degraded: degraded.slice(heldOutDegraded) },
    heldOut: { clean: clean.slice(0, heldOut), degraded: degraded.slice(0, heldOutDegraded), truth },
    notes: ['made here: dead leaves, and a camera model (mosaic, noise, demosaicing, gamma, JPEG)'],
  };
}

async function series(count: number, make: (index: number) => Promise<Picture>): Promise<Picture[]> {
  const made: Picture[] = [];
  for (let index = 0; index < count; index++) made.push(await make(index));
  return made;
}

const shown = 4;

async function writeSome({ photographs }: RunFolder, pictures: Record<'clean' | 'degraded', readonly Picture[]>) {
  try {
    for (const [domain, made] of Object.entries(pictures)) {
      await mkdir(join(photographs, domain), { recursive: true });
      for (const [index, picture] of made.slice(0, shown).entries()) {
        await writeImage(join(photographs, domain, `${index + 1}.png`), picture);
      }
    }
  } catch (error) {
    throw explainWriteError(error, photographs);
  }
}
