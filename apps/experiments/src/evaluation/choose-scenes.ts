import type { Picture } from '../data/photographs.ts';
import { type ChosenCrop, chooseCrop } from './choose-crop.ts';
import { centre, cropSize } from './scenes.ts';

/** Where noise of every kind shows well. */
const bestBrightness = 115;

const cropOf = (picture: Picture): ChosenCrop => chooseCrop(centre(picture), cropSize);

const unlikeness = (a: ChosenCrop, b: ChosenCrop) =>
  Math.abs(a.brightness - b.brightness) + 4 * Math.abs(a.texture - b.texture);

/** Indices of up to `count` pictures whose enlarged parts are of middling brightness, in order. */
export function chooseScenes(pictures: readonly Picture[], count: number): number[] {
  return pictures
    .map((picture, index) => ({ index, distance: Math.abs(cropOf(picture).brightness - bestBrightness) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

/** For each picture another one from `pool` whose enlarged part is of much the same brightness and texture: noise depends on both. */
export function chooseAlike(pictures: readonly Picture[], pool: readonly Picture[]): Picture[] {
  const left = pool.map((picture) => ({ picture, crop: cropOf(picture) }));
  return pictures.map((picture) => {
    const wanted = cropOf(picture);
    const distances = left.map(({ crop }) => unlikeness(crop, wanted));
    const nearest = distances.indexOf(Math.min(...distances));
    // With fewer pictures than scenes the last one stays.
    return (left.length > 1 ? left.splice(nearest, 1)[0]! : left[0]!).picture;
  });
}
