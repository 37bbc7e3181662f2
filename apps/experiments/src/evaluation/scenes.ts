import { crop, type Rectangle } from '@deflow/images';
import type { Picture } from '../data/photographs.ts';
import { dataUrl } from '../report/data-url.ts';
import type { Method, Scene, SceneColumn } from '../report/report-data.ts';
import { chooseCrop } from './choose-crop.ts';

/** One scene before it is encoded for the report. */
export interface ScenePictures {
  readonly name: string;
  readonly clean: Picture;
  readonly deflow: Picture;
  readonly real: Picture;
  readonly gaussian: Picture;
  readonly realIsSameScene: boolean;
}

export const cropSize = { width: 96, height: 64 };
const columns: readonly [method: Method, label: string][] = [
  ['clean', 'Clean'],
  ['deflow', 'DeFlow'],
  ['real', 'Really degraded'],
  ['gaussian', 'Gaussian noise'],
];

/** Cuts the scene to the report's 3:2, chooses the parts to enlarge and encodes everything as data URLs. */
export async function encodeScene(pictures: ScenePictures): Promise<Scene> {
  const clean = centre(pictures.clean);
  const part = chooseCrop(clean, cropSize);
  const encoded = columns.map(async ([method, label]): Promise<SceneColumn> => {
    const whole = centre(pictures[method]);
    const foreign = method === 'real' && !pictures.realIsSameScene;
    const rectangle = foreign ? chooseCrop(whole, cropSize) : part;
    const detail = crop(whole, rectangle);
    const added = method === 'clean' || foreign ? undefined : amplifiedDifference(crop(clean, part), detail);
    return {
      method,
      label,
      picture: await dataUrl(whole, 85),
      crop: await dataUrl(detail, 'lossless'),
      ...(added ? { added: await dataUrl(added, 'lossless') } : {}),
      frame: frame(rectangle, whole),
    };
  });
  return { name: pictures.name, columns: await Promise.all(encoded) };
}

/** The middle of a picture in the proportions 3:2, at most 720 pixels wide. */
export function centre(image: Picture): Picture {
  const width = Math.min(image.width, Math.round(image.height * 1.5), 720);
  const height = Math.min(image.height, Math.round(width / 1.5));
  return crop(image, { x: (image.width - width) >> 1, y: (image.height - height) >> 1, width, height });
}

/** Grey plus four times the change. */
function amplifiedDifference(clean: Picture, degraded: Picture): Picture {
  const data = degraded.data.map((sample, i) => Math.min(255, Math.max(0, 128 + 4 * (sample - clean.data[i]!))));
  return { ...degraded, data };
}

const frame = ({ x, y, width, height }: Rectangle, image: Picture): SceneColumn['frame'] => [
  x / image.width,
  y / image.height,
  width / image.width,
  height / image.height,
];
