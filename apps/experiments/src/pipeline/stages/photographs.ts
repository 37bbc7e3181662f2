import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deadLeaves } from '@deflow/datasets';
import { photoFolder } from '@deflow/datasets/node';
import { createRandom } from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import type { Stage } from '../stage.ts';
import type { StudyConfiguration } from '../study-schema.ts';

/** Makes sharp scenes where no folder of photographs is given. */
export const photographsStage = (generated: StudyConfiguration['photographs']['generated']): Stage => ({
  kind: 'photographs',
  label: '',
  settings: generated,
  inputs: [],
  async run({ folder, progress, signal }) {
    const { pictures, width, height } = generated;
    const shown = progress(pictures, 'pictures');
    const random = createRandom('scenes');
    const target = join(folder, 'clean');
    await mkdir(target, { recursive: true });
    for (let index = 0; index < pictures; index++) {
      signal.throwIfAborted();
      const path = join(target, `scene-${String(index + 1).padStart(3, '0')}.png`);
      const isThere = await stat(path).then(
        () => true,
        () => false,
      );
      if (!isThere) await writeImage(path, deadLeaves({ width, height, random: random.fork(`scene ${index}`) }));
      shown.update(index + 1);
    }
  },
});

/** What tells a folder of photographs from another: names, sizes and times, so that nothing large is read for it. */
export async function folderFingerprint(path: string): Promise<unknown> {
  const { photos } = await photoFolder(path);
  const files = photos.map(async (photo) => {
    const { size, mtimeMs } = await stat(photo.path);
    return [photo.name, size, Math.round(mtimeMs)];
  });
  return Promise.all(files);
}
