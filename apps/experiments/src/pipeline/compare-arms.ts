import { join } from 'node:path';
import { crop, type Image, resize } from '@deflow/images';
import { readPicture } from '../data/read-picture.ts';
import { chooseCrop, detailsToSee } from '../evaluation/choose-crop.ts';
import { centre } from '../evaluation/scenes.ts';
import { dataUrl } from '../report/data-url.ts';
import { decimals } from '../report/format.ts';
import { type Comparison, degradationLabels } from '../report/study/study-data.ts';
import { readIfThere } from './read-if-there.ts';
import type { StageContext } from './stage.ts';
import { type EvaluateStage, type Evaluation, evaluationFile, interpolation } from './stages/evaluate.ts';
import { openPrepared, type PrepareStage } from './stages/prepare.ts';

/** Test pictures of each camera that are shown. */
const shownPictures = 2;
const cropSide = 128;

type Picture = Image<Uint8Array>;

/** A few test pictures as the network of every degradation, of the first seed, enlarged them; first input, last truth. */
export async function compareArms(evaluations: readonly EvaluateStage[], context: StageContext): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const factor of new Set(evaluations.map(({ options }) => options.factor))) {
    const here = evaluations.filter(({ options }) => options.factor === factor);
    const arms = here.filter(
      ({ options }, index) => here.findIndex((other) => other.options.degradation === options.degradation) === index,
    );
    const prepared = await openPrepared(here[0]!.inputs[0] as PrepareStage, context);
    for (const { camera, low, high } of prepared.tests) {
      for (const [index, name] of prepared.testNames.slice(0, shownPictures).entries()) {
        const truth = await readPicture(join(high, name));
        const part = chooseCrop(truth, { width: cropSide, height: cropSide }, detailsToSee);
        const column = async (degradation: string, label: string, picture: Picture, note: string) => ({
          ...{ degradation, label, note },
          picture: await dataUrl(centre(picture), 88),
          crop: await dataUrl(crop(picture, part), 'lossless'),
        });
        const input = enlargedPixels(await readPicture(join(low, name)), factor);
        const columns = [await column('input', 'input', input, 'what the camera gave')];
        for (const arm of arms) {
          const folder = context.folderOf(arm);
          const picture = await readPicture(join(folder, 'pictures', camera, `${index + 1}.png`));
          const { degradation } = arm.options;
          const label = degradation === interpolation ? 'bicubic interpolation' : degradationLabels[degradation]!;
          columns.push(await column(degradation, label, picture, await psnrNote(folder, camera, name)));
        }
        columns.push(await column('truth', 'truth', truth, 'the photograph itself'));
        comparisons.push({ factor, camera, columns });
      }
    }
  }
  return comparisons;
}

async function psnrNote(folder: string, camera: string, name: string): Promise<string> {
  const bytes = await readIfThere(join(folder, evaluationFile));
  const { cameras } = JSON.parse(Buffer.from(bytes!).toString()) as Evaluation;
  const picture = cameras.find((one) => one.camera === camera)!.pictures.find((one) => one.name === name)!;
  return `${decimals(picture.psnr, 2)} dB, GMSD ${decimals(picture.gmsd, 3)}`;
}

/** Every pixel as a square. */
function enlargedPixels(image: Picture, factor: number): Picture {
  const { width, height, channels, data } = image;
  if (factor === 1) return image;
  const large = resize(image, { scale: factor });
  const result = new Uint8Array(large.data.length);
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * channels;
      result.set(data.subarray(from, from + channels), (y * width * factor + x) * channels);
    }
  }
  return { ...large, data: result };
}
