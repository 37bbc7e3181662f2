import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toUint8 } from './convert-samples.ts';
import { DeFlowError, ImageChannelsError, ImageFileError, ImageFormatError, OptionError } from './errors.ts';
import { rotate90 } from './geometry.ts';
import { iccProfileName } from './icc-profile.ts';
import type { Image } from './image.ts';
import { decodeImage, encodeImage, readImage, readImageInfo, writeImage } from './node.ts';
import { createRandom } from './random.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deflow-images-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const picture = (
  channels: Image['channels'],
  bits: 8 | 16 = 8,
  width = 7,
  height = 5,
): Image<Uint8Array | Uint16Array> => {
  const random = createRandom(`${channels} ${bits}`);
  const length = width * height * channels;
  const data = bits === 8 ? new Uint8Array(length) : new Uint16Array(length);
  for (let i = 0; i < length; i++) data[i] = random.integer(2 ** bits);
  return { width, height, channels, data };
};

const smooth: Image<Uint8Array> = {
  width: 64,
  height: 48,
  channels: 3,
  data: Uint8Array.from({ length: 64 * 48 * 3 }, (_, i) => {
    const [x, y, channel] = [Math.floor(i / 3) % 64, Math.floor(i / 192), i % 3];
    return 128 + 60 * Math.sin(y / 9 + channel) + 40 * Math.cos(x / 10 - channel);
  }),
};
const largestDifference = (a: Image, b: Image) => Math.max(...a.data.map((value, i) => Math.abs(value - b.data[i]!)));

describe('what is written is read again', () => {
  const kinds = ([1, 2, 3, 4] as const).flatMap((channels) => [[channels, 8] as const, [channels, 16] as const]);

  it.each(kinds)('PNG and TIFF, %d channels of %d bits: bit for bit', async (channels, bits) => {
    const image = picture(channels, bits);
    for (const ending of ['png', 'tif', 'TIFF']) {
      const path = join(folder, `exact-${channels}-${bits}.${ending}`);
      await writeImage(path, image);
      expect(await readImage(path)).toEqual(image);
      expect(await readImageInfo(path)).toMatchObject({ width: 7, height: 5, channels, bits, orientation: 1 });
    }
  });

  it('lossless WebP keeps RGB and alpha, transparent colours too', async () => {
    for (const channels of [3, 4] as const) {
      const image = picture(channels);
      expect(await decodeImage(await encodeImage(image, 'webp', { quality: 'lossless' }))).toEqual(image);
    }
  });

  it('JPEG and WebP stay within 8 of 255 on a smooth picture, grey JPEG stays grey', async () => {
    for (const format of ['jpeg', 'webp'] as const)
      expect(largestDifference(await decodeImage(await encodeImage(smooth, format)), smooth)).toBeLessThanOrEqual(8);
    const grey = await decodeImage(await encodeImage(picture(1), 'jpeg'));
    expect(grey).toMatchObject({ width: 7, height: 5, channels: 1 });
  });

  it('lower quality, more compression and halved colour make smaller files', async () => {
    const noisy = picture(3, 8, 64, 64);
    const size = async (
      ...[format, options]: [Parameters<typeof encodeImage>[1], Parameters<typeof encodeImage>[2]?]
    ) => (await encodeImage(noisy, format, options)).length;
    expect(await size('jpeg', { quality: 30 })).toBeLessThan((await size('jpeg')) / 2);
    expect(await size('jpeg')).toBeLessThan(await size('jpeg', { chromaSubsampling: '4:4:4' }));
    expect((await encodeImage(smooth, 'png', { compression: 9 })).length).toBeLessThan(
      (await encodeImage(smooth, 'png', { compression: 0 })).length,
    );
  });

  it('float images are written with 8 bits', async () => {
    const image: Image<Float32Array> = { width: 2, height: 1, channels: 1, data: Float32Array.of(0.5, 1.5) };
    expect(await decodeImage(await encodeImage(image, 'png'))).toEqual(toUint8(image));
  });

  it('replaces a file whole and leaves nothing beside it', async () => {
    const place = join(folder, 'ünï cödé');
    await mkdir(place);
    const url = pathToFileURL(join(place, 'bild 1.png'));
    await writeImage(url, picture(3));
    await writeImage(url, picture(1));
    expect(await readImage(url)).toEqual(picture(1));
    expect(await readdir(place)).toEqual(['bild 1.png']);
  });
});

describe('what other programs wrote', () => {
  const raw = { width: 7, height: 5, channels: 3 } as const;

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %d is applied', async (orientation) => {
    const image = picture(3);
    const bytes = await sharp(image.data, { raw }).withMetadata({ orientation }).png().toBuffer();
    const upright = await decodeImage(bytes);
    const quarterTurns = [0, 0, 0, 2, 0, 0, 1, 0, 3][orientation]!;
    const sideways = orientation > 4;
    expect(upright).toMatchObject(sideways ? { width: 5, height: 7 } : { width: 7, height: 5 });
    if ([1, 3, 6, 8].includes(orientation)) expect(upright).toEqual(rotate90(image, quarterTurns));
    const path = join(folder, `orientation-${orientation}.png`);
    await writeFile(path, bytes);
    expect(await readImageInfo(path)).toMatchObject({ width: upright.width, height: upright.height, orientation });
  });

  it('a wide-gamut profile is converted to sRGB, an sRGB one leaves the samples untouched', async () => {
    const wide = await sharp(smooth.data, { raw: { width: 64, height: 48, channels: 3 } })
      .withIccProfile('p3')
      .png()
      .toBuffer();
    const { data: stored } = await sharp(wide, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
    const decoded = await decodeImage(wide);
    // sharp itself converts sRGB to P3 when it writes: reading must give back what went in, not what is stored.
    expect(largestDifference(decoded, smooth)).toBeLessThanOrEqual(2);
    expect(largestDifference(decoded, { ...smooth, data: Uint8Array.from(stored) })).toBeGreaterThan(2);
    const plain = await sharp(picture(3).data, { raw }).withIccProfile('srgb').png().toBuffer();
    expect(await decodeImage(plain)).toEqual(picture(3));
    const path = join(folder, 'wide.png');
    await writeFile(path, wide);
    expect((await readImageInfo(path)).profile).toMatch(/P3/i);
  });

  it('profile names: version 2 (ASCII), version 4 (UTF-16), none, nonsense', () => {
    const profile = (kind: string, body: number[]) => {
      const bytes = new Uint8Array(200);
      bytes.set([0, 0, 0, 1, ...Buffer.from('desc'), 0, 0, 0, 144, 0, 0, 0, 56], 128);
      bytes.set([...Buffer.from(kind), 0, 0, 0, 0, ...body], 144);
      return bytes;
    };
    expect(iccProfileName(profile('desc', [0, 0, 0, 5, ...Buffer.from('sRGB\0')]))).toBe('sRGB');
    const utf16 = [0, 0, 0, 1, 0, 0, 0, 12, 0x65, 0x6e, 0x55, 0x53, 0, 0, 0, 4, 0, 0, 0, 28, 0, 0x50, 0, 0x33];
    expect(iccProfileName(profile('mluc', utf16))).toBe('P3');
    expect(iccProfileName(profile('text', []))).toBeUndefined();
    expect(iccProfileName(new Uint8Array(10))).toBeUndefined();
  });

  it('CMYK becomes RGB, palettes and 1-bit grey become 8 bits', async () => {
    const cmyk = await sharp(smooth.data, { raw: { width: 64, height: 48, channels: 3 } })
      .toColourspace('cmyk')
      .jpeg({ quality: 100 })
      .toBuffer();
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk');
    expect(await decodeImage(cmyk)).toMatchObject({ width: 64, height: 48, channels: 3 });
    const palette = await sharp(smooth.data, { raw: { width: 64, height: 48, channels: 3 } })
      .png({ palette: true })
      .toBuffer();
    const decoded = await decodeImage(palette);
    expect(decoded).toMatchObject({ channels: 3 });
    expect(decoded.data).toBeInstanceOf(Uint8Array);
    const checker = Uint8Array.from({ length: 64 }, (_, i) => 255 * ((i + (i >> 3)) & 1));
    const bits = await sharp(checker, { raw: { width: 8, height: 8, channels: 1 } })
      .toColourspace('b-w')
      .tiff({ bitdepth: 1, compression: 'deflate', predictor: 'none' })
      .toBuffer();
    expect((await decodeImage(bits)).data).toEqual(checker);
  });

  it('of an animation the first frame', async () => {
    const frames = Uint8Array.from({ length: 4 * 8 * 3 }, (_, i) => (i < 48 ? 200 : 20));
    const animated = await sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } })
      .webp({ lossless: true, loop: 0, delay: [100, 100] })
      .toBuffer();
    expect((await sharp(animated).metadata()).pages).toBe(2);
    const { width, height, data } = await decodeImage(animated);
    expect([width, height, ...new Set(data)]).toEqual([4, 4, 200]);
  });
});

describe('what cannot be read', () => {
  const put = async (name: string, bytes: Uint8Array | string) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };
  const refused = async (
    path: string,
    Class: typeof ImageFileError,
    message: RegExp,
    readers = [readImage, readImageInfo],
  ) => {
    for (const read of readers as (typeof readImage)[]) {
      const error = await read(path).then(
        () => undefined,
        (caught) => caught,
      );
      expect(error).toBeInstanceOf(Class);
      expect(error).toBeInstanceOf(DeFlowError);
      expect(error.path).toBe(path);
      expect(error.message).toContain(path);
      expect(error.message).toMatch(message);
      expect(error.remedy.length).toBeGreaterThan(10);
    }
  };

  it('a missing file, a folder, a file below a file', async () => {
    await refused(join(folder, 'nowhere.png'), ImageFileError, /does not exist/);
    await refused(folder, ImageFileError, /is a folder/);
    await refused(join(await put('file.txt', 'x'), 'a.png'), ImageFileError, /no folder/);
  });

  it('an empty file, a text named .png, another format', async () => {
    await refused(await put('empty.png', ''), ImageFormatError, /is empty/);
    await refused(await put('text.png', 'Dear diary,\n'.repeat(20)), ImageFormatError, /no image of a known kind/);
    const gif = await sharp(picture(3).data, { raw: { width: 7, height: 5, channels: 3 } })
      .gif()
      .toBuffer();
    await refused(await put('moving.png', gif), ImageFormatError, /is a gif file/);
    await refused(
      await put('drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      ImageFormatError,
      /svg/,
    );
  });

  it('a TIFF file of 32-bit floats', async () => {
    const fields = [
      [256, 2],
      [257, 1],
      [258, 32],
      [259, 1],
      [262, 1],
      [273, 134],
      [277, 1],
      [278, 1],
      [279, 8],
      [339, 3],
    ] as const;
    const bytes = Buffer.alloc(142);
    bytes.write('II');
    bytes.writeUInt16LE(42, 2);
    bytes.writeUInt32LE(8, 4);
    bytes.writeUInt16LE(fields.length, 8);
    fields.forEach(([tag, value], i) => {
      bytes.writeUInt16LE(tag, 10 + 12 * i);
      bytes.writeUInt16LE(4, 12 + 12 * i);
      bytes.writeUInt32LE(1, 14 + 12 * i);
      bytes.writeUInt32LE(value, 18 + 12 * i);
    });
    bytes.writeFloatLE(0.5, 134);
    await refused(await put('float.tif', bytes), ImageFormatError, /samples of type float/);
  });

  it.each(['jpeg', 'png', 'webp', 'tiff'] as const)('half of a %s file', async (format) => {
    const bytes = await encodeImage(picture(3, 8, 200, 150), format);
    await refused(await put(`half.${format}`, bytes.subarray(0, bytes.length / 2)), ImageFormatError, /damaged/, [
      readImage,
    ]);
    await refused(await put(`start.${format}`, bytes.subarray(0, 40)), ImageFormatError, /damaged|no image/);
  });

  it('a PNG with one flipped bit', async () => {
    const bytes = await encodeImage(picture(3, 8, 200, 150), 'png');
    bytes[(bytes.length / 2) | 0]! ^= 1;
    await refused(await put('flipped.png', bytes), ImageFormatError, /IDAT chunk/);
  });

  it('bytes without a path', async () => {
    await expect(decodeImage(new Uint8Array())).rejects.toThrow(/^The image is empty/);
  });
});

describe('what cannot be written', () => {
  it('an unknown ending, a missing folder, a folder in the place of the file', async () => {
    await expect(writeImage(join(folder, 'a.bmp'), picture(3))).rejects.toThrow(ImageFormatError);
    await expect(writeImage(join(folder, 'none/a.png'), picture(3))).rejects.toThrow(/does not exist/);
    const place = join(folder, 'taken.png');
    await mkdir(place);
    await expect(writeImage(place, picture(3))).rejects.toThrow(ImageFileError);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('a read-only folder (root may write everywhere: skipped there)', async () => {
    const place = join(folder, 'locked');
    await mkdir(place);
    await chmod(place, 0o500);
    await expect(writeImage(join(place, 'a.png'), picture(3))).rejects.toThrow(ImageFileError);
  });

  it('alpha in JPEG, 16 bits in JPEG or WebP, options out of range', async () => {
    await expect(encodeImage(picture(4), 'jpeg')).rejects.toThrow(ImageChannelsError);
    await expect(encodeImage(picture(3, 16), 'webp')).rejects.toThrow(OptionError);
    for (const quality of [0, 101, 9.5, 'lossless'] as const)
      await expect(encodeImage(picture(3), 'jpeg', { quality })).rejects.toThrow(OptionError);
    await expect(encodeImage(picture(3), 'png', { compression: 10 })).rejects.toThrow(OptionError);
    await expect(encodeImage(picture(3), 'gif' as never)).rejects.toThrow(OptionError);
  });

  it('a failure keeps the old file', async () => {
    const path = join(folder, 'kept.jpg');
    await writeImage(path, smooth);
    const before = await readFile(path);
    await expect(writeImage(path, picture(4))).rejects.toThrow();
    expect(await readFile(path)).toEqual(before);
  });
});
