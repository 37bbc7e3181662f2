import { readdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
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
  const names = (await readdir(image)).filter((name) => pictureFile.test(name)).sort();
  if (names.length === 0) throw new UsageError(`The folder ${image} holds no PNG, JPEG, WebP or TIFF picture.`);
  const others = reference === undefined ? [] : (await readdir(reference)).filter((name) => pictureFile.test(name));
  return names.map((name) => {
    if (reference === undefined) return { name, image: join(image, name), reference };
    const partner =
      others.find((other) => other === name) ?? others.find((other) => parse(other).name === parse(name).name);
    if (!partner) throw new UsageError(`${reference} holds no picture that belongs to ${name}.`);
    return { name, image: join(image, name), reference: join(reference, partner) };
  });
}
