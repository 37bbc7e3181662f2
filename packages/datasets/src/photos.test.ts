import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createRandom, DeFlowError, type Image, OptionError, toRgb, toUint8 } from '@deflow/images';
import { encodeImage, writeImage } from '@deflow/images/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmptyFolderError, MissingFolderError, NoUsablePhotoError, PhotoFolderError } from './errors.ts';
import { loadPhotos, photoFolder } from './node.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'deflow-photos-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const picture = (channels: Image['channels'] = 3, width = 40, height = 30, bits: 8 | 16 = 8): Image => {
  const length = width * height * channels;
  const random = createRandom(length);
  const data = bits === 8 ? new Uint8Array(length) : new Uint16Array(length);
  for (let i = 0; i < length; i++) data[i] = random.integer(2 ** bits);
  return { width, height, channels, data };
};

const folder = async (name: string, files: Record<string, Image | string | Uint8Array>): Promise<string> => {
  const path = join(root, name);
  await mkdir(path);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(path, file, '..'), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) await writeFile(join(path, file), content);
    else await writeImage(join(path, file), content);
  }
  return path;
};

const failure = (work: Promise<unknown>): Promise<PhotoFolderError> =>
  work.then(
    () => expect.fail('nothing was thrown'),
    (error) => error,
  );

describe('photoFolder', () => {
  it('lists nested images in natural order, with Unicode names, whatever the case of the ending', async () => {
    const dot = picture(3, 1, 1);
    const path = await folder('nested', {
      'img10.png': dot,
      'img2.PNG': dot,
      'été/ñandú 1.tif': dot,
      '日本/写真.webp': dot,
      'b/c/d.jpeg': dot,
      '.hidden.png': 'x',
      '.git/a.png': 'x',
      'notes.txt': 'x',
    });
    const { photos, skipped } = await photoFolder(path);
    const names = photos.map(({ name }) => name);
    expect(new Set(names)).toEqual(
      new Set(['b/c/d.jpeg', 'été/ñandú 1.tif', 'img2.PNG', 'img10.png', '日本/写真.webp']),
    );
    expect(names.indexOf('img2.PNG')).toBe(names.indexOf('img10.png') - 1);
    expect(skipped).toEqual([{ name: 'notes.txt', reason: 'no image by its name' }]);
    const flat = await photoFolder(pathToFileURL(path), { recursive: false });
    expect(flat.photos.map(({ name }) => name)).toEqual(['img2.PNG', 'img10.png']);
    expect((await loadPhotos(path)).photos).toHaveLength(5);
  });

  it('follows links, ends circles, reports links to nothing', async () => {
    const path = await folder('links', { 'a/one.png': picture(3, 1, 1) });
    await symlink(path, join(path, 'a', 'circle'));
    await symlink(join(path, 'nowhere.png'), join(path, 'broken.png'));
    const { photos, skipped } = await photoFolder(path);
    expect(photos.map(({ name }) => name)).toEqual(['a/one.png']);
    expect(skipped).toEqual([{ name: 'broken.png', reason: 'a link to nothing' }]);
  });

  it('names a missing folder, a file, an empty folder, a folder without images', async () => {
    const path = await folder('texts', { 'a.txt': 'x', 'b.md': 'x' });
    const cases = [
      [join(root, 'nowhere'), MissingFolderError, /does not exist/],
      [join(path, 'a.txt'), MissingFolderError, /is a file/],
      [await folder('empty', {}), EmptyFolderError, /is empty/],
      [path, EmptyFolderError, /no image, only 2 other files, like a.txt/],
    ] as const;
    for (const [place, Class, message] of cases) {
      const error = await failure(photoFolder(place));
      expect(error).toBeInstanceOf(Class);
      expect(error).toBeInstanceOf(PhotoFolderError);
      expect(DeFlowError.isInstance(error)).toBe(true);
      expect(error.message).toMatch(message);
      expect(error.path).toBe(place);
    }
  });
});

describe('loadPhotos', () => {
  it('gives 8-bit RGB of every kind', async () => {
    const kinds = {
      '1 grey.png': picture(1),
      '2 alpha.png': picture(4),
      '3 deep.tif': picture(3, 40, 30, 16),
      '4 deep grey.png': picture(2, 40, 30, 16),
      '5 plain.png': picture(3),
    };
    const { photos, skipped } = await loadPhotos(await folder('kinds', kinds));
    expect(skipped).toEqual([]);
    Object.values(kinds).forEach((image, index) => {
      expect(photos[index]!.image).toEqual(toUint8(toRgb(image)));
      expect(photos[index]!.image.data).toBeInstanceOf(Uint8Array);
    });
  });

  it('skips and names what is damaged, no image, or too small', async () => {
    const jpeg = await encodeImage(picture(3, 200, 150), 'jpeg');
    const path = await folder('mixed', {
      'a good.png': picture(),
      'b cut.jpg': jpeg.subarray(0, jpeg.length / 2),
      'c text.png': 'Dear diary',
      'd empty.png': '',
      'e dot.png': picture(3, 1, 1),
      'f narrow.png': picture(3, 100, 20),
    });
    const { photos, skipped } = await loadPhotos(path, { minimumSize: 24 });
    expect(photos.map(({ name }) => name)).toEqual(['a good.png']);
    expect(skipped.map(({ name }) => name)).toEqual([
      'b cut.jpg',
      'c text.png',
      'd empty.png',
      'e dot.png',
      'f narrow.png',
    ]);
    const reasons = [
      /damaged or incomplete/,
      /no image of a known kind/,
      /is empty/,
      /1 x 1 is smaller than 24/,
      /100 x 20/,
    ];
    reasons.forEach((reason, index) => {
      expect(skipped[index]!.reason).toMatch(reason);
    });
  });

  it('says why when nothing is left', async () => {
    const small = picture(3, 8, 8);
    const path = await folder('small', Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`${i}.png`, small])));
    const error = await failure(loadPhotos(path, { minimumSize: 9 }));
    expect(error).toBeInstanceOf(NoUsablePhotoError);
    expect(error.message).toMatch(/None of the 7 images.*\n.*0\.png: 8 x 8 is smaller than 9 pixels/);
    expect(error.message).toMatch(/and 2 more/);
    expect(error.path).toBe(path);
  });

  it('stops at the limit, in order, and reports progress', async () => {
    const files = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`${i}.png`, picture(3, 4 + i, 4)]));
    const path = await folder('many', { ...files, '2.png': 'broken' });
    const seen: string[] = [];
    const { photos } = await loadPhotos(path, {
      limit: 5,
      onProgress: ({ done, total, name }) => seen.push(`${done}/${total} ${name}`),
    });
    expect(photos.map(({ name }) => name)).toEqual(['0.png', '1.png', '3.png', '4.png', '5.png']);
    expect(seen).toEqual(['1/9 0.png', '2/9 1.png', '3/9 2.png', '4/9 3.png', '5/9 4.png', '6/9 5.png']);
  });

  it('cuts large photographs down around their centre, never below the smallest size', async () => {
    const image = picture(3, 40, 30);
    const path = await folder('large', { 'a.png': image });
    const cut = (await loadPhotos(path, { maximumPixels: 300 })).photos[0]!.image;
    expect([cut.width, cut.height]).toEqual([20, 15]);
    const at = (x: number, y: number) => image.data[(y * 40 + x) * 3];
    expect([cut.data[0], cut.data.at(-3)]).toEqual([at(10, 7), at(29, 21)]);
    const bounded = (await loadPhotos(path, { maximumPixels: 300, minimumSize: 18 })).photos[0]!.image;
    expect([bounded.width, bounded.height]).toEqual([20, 18]);
  });

  it('ends when it is told to, and names bad options', async () => {
    const path = await folder('stopped', { 'a.png': picture() });
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(loadPhotos(path, { signal: stop.signal })).rejects.toThrow('enough');
    await expect(loadPhotos(path, { limit: 0 })).rejects.toThrow(OptionError);
  });
});
