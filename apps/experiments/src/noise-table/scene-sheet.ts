import { join } from 'node:path';
import { crop, grid, type Image } from '@deflow/images';
import { readPicture } from '../data/read-picture.ts';
import { chooseCrop } from '../evaluation/choose-crop.ts';
import { centre } from '../evaluation/scenes.ts';
import { photographFile } from './measure-photographs.ts';
import { sceneFile } from './measure-row.ts';

export interface SceneSheetOptions {
  readonly scenes: number;
  /** Folder of the stage that measured the photographs. */
  readonly photographs: string;
  /** Folders of measuring stages, one a row of the sheet. */
  readonly rows: readonly string[];
}

const part = { width: 96, height: 80 };
const enlargement = 3;

/** Parts of the scenes, enlarged: a row each for the clean ones, the given stages, and really degraded pictures that are much alike. */
export async function sceneSheet({ scenes, photographs, rows }: SceneSheetOptions): Promise<Image<Uint8Array>> {
  const each = Array.from({ length: scenes }, (_, scene) => scene);
  const read = (folder: string, file: (scene: number) => string) =>
    Promise.all(each.map(async (scene) => centre(await readPicture(join(folder, file(scene))))));
  const clean = await read(photographs, (scene) => photographFile('clean', scene));
  const real = await read(photographs, (scene) => photographFile('real', scene));
  const places = clean.map((image) => chooseCrop(image, part));
  const made = await Promise.all(rows.map((folder) => read(folder, sceneFile)));
  const sheet = [
    ...[clean, ...made].map((pictures) => pictures.map((image, scene) => crop(image, places[scene]!))),
    real.map((image) => crop(image, chooseCrop(image, part))),
  ];
  return grid(
    sheet.flat().map((image) => repeatPixels(image, enlargement)),
    { columns: scenes, gap: 6 },
  );
}

/** Every pixel as a square of `times` by `times`: noise is to be seen as it is. */
function repeatPixels({ width, height, channels, data }: Image<Uint8Array>, times: number): Image<Uint8Array> {
  const enlarged = new Uint8Array(data.length * times * times);
  for (let at = 0; at < enlarged.length; at++) {
    const pixel = Math.floor(at / channels);
    const x = Math.floor((pixel % (width * times)) / times);
    const y = Math.floor(pixel / (width * times) / times);
    enlarged[at] = data[(y * width + x) * channels + (at % channels)]!;
  }
  return { width: width * times, height: height * times, channels, data: enlarged };
}
