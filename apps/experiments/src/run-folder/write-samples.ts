import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DeFlowError, grid } from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import { explainWriteError, RunFolderError } from '../errors.ts';
import type { ScenePictures } from '../evaluation/scenes.ts';
import type { RunFolder } from './run-folder.ts';

const methods = ['clean', 'deflow', 'real', 'gaussian'] as const;

/** Writes the scenes as PNG files, one a method, and all of them side by side as `grid.png`. */
export async function writeSamples({ samples }: RunFolder, scenes: readonly ScenePictures[]): Promise<void> {
  if (scenes.length === 0) return;
  try {
    // Taken away where an earlier attempt left nothing in it.
    await mkdir(samples, { recursive: true });
    for (const scene of scenes) {
      const name = scene.name.replaceAll(' ', '-');
      for (const method of methods) await writeImage(join(samples, `${name}-${method}.png`), scene[method]);
    }
    const pictures = scenes.flatMap((scene) => methods.map((method) => scene[method]));
    await writeImage(join(samples, 'grid.png'), grid(pictures, { columns: methods.length, gap: 8 }));
  } catch (error) {
    const explained = explainWriteError(error, samples);
    if (explained instanceof RunFolderError || !DeFlowError.isInstance(explained)) throw explained;
    throw new RunFolderError((explained as DeFlowError).message.split('\n')[0]!, {
      remedy: 'Choose another place with --out DIR.',
      value: samples,
      cause: error,
    });
  }
}
