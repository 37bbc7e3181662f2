import { readdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { MeasuredImage } from '../../input/planes.ts';
import { UsageError } from './errors.ts';

/** A picture to measure, and what it is compared with. */
export interface PicturePaths {
  readonly name: string;
  readonly image: string;
  readonly reference: string | undefined;
}

const pictureFile = /\.(png|jpe?g|webp|tiff?)$/i;

const isFolder = async (path: string) => {
  const found = await stat(path).catch(() => {
    throw new UsageError(`There is no file or folder ${path}.`);
  });
  return found.isDirectory();
};

/** One file with its reference, or all pictures of a folder with those of the same name (but for the ending) in another. */
export async function findPictures(image: string, reference: string | undefined): Promise<PicturePaths[]> {
  const folder = await isFolder(image);
  if (reference !== undefined && (await isFolder(reference)) !== folder)
    throw new UsageError(`${image} and ${reference} have to be two files or two folders.`);
  if (!folder) return [{ name: parse(image).base, image, reference }];
  const names = await pictureNames(image);
  const others = reference === undefined ? [] : (await readdir(reference)).filter((name) => pictureFile.test(name));
  return names.map((name) => {
    if (reference === undefined) return { name, image: join(image, name), reference };
    const partner =
      others.find((other) => other === name) ?? others.find((other) => parse(other).name === parse(name).name);
    if (!partner) throw new UsageError(`${reference} holds no picture that belongs to ${name}.`);
    return { name, image: join(image, name), reference: join(reference, partner) };
  });
}

/** All pictures of a folder. */
export async function folderPictures(folder: string): Promise<string[]> {
  if (!(await isFolder(folder))) throw new UsageError(`${folder} is no folder: distances compare folders as wholes.`);
  return (await pictureNames(folder)).map((name) => join(folder, name));
}

async function pictureNames(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => pictureFile.test(name)).sort();
  if (names.length === 0) throw new UsageError(`The folder ${folder} holds no PNG, JPEG, WebP or TIFF picture.`);
  return names;
}

/** The picture with white as stated. One with alpha stays as it is: the metrics refuse it by name. */
export function withRange(image: MeasuredImage, range: number | undefined): MeasuredImage {
  const { width, height, channels, data } = image;
  if (range === undefined || channels === 2 || channels === 4) return image;
  return { width, height, channels, data, range };
}
