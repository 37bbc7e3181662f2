import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Image } from '@deflow/images';
import { readImage } from '@deflow/images/node';
import type { VectorFiles } from './vector-files.ts';

const folder = fileURLToPath(new URL('../../../../shared/vectors/metrics/', import.meta.url));

/** Whether the folder of published numbers is there; without it the tests that need it are skipped. */
export const haveVectors = existsSync(folder);
if (!haveVectors)
  console.warn('Skipped the published numbers: there is no folder ../shared/vectors/metrics beside the repository.');

export const vectorPath = (name: string): string => folder + name;

export const vectorBytes = (name: string): Uint8Array => readFileSync(vectorPath(name));

export const vectorJson = <Name extends keyof VectorFiles>(name: Name): VectorFiles[Name] =>
  JSON.parse(readFileSync(vectorPath(name), 'utf8'));

/** A picture of the folder, 24-bit BMP included. */
export async function vectorImage(name: string): Promise<Image<Uint8Array>> {
  if (/\.bmp$/i.test(name)) return decodeBmp(vectorBytes(name));
  return (await readImage(vectorPath(name))) as Image<Uint8Array>;
}

function decodeBmp(bytes: Uint8Array): Image<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = view.getUint32(10, true);
  const width = view.getInt32(18, true);
  const height = view.getInt32(22, true);
  if (view.getUint16(28, true) !== 24 || view.getUint32(30, true) !== 0) throw new Error('Not a 24-bit BMP.');
  const stride = Math.ceil((width * 3) / 4) * 4;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = start + (height - 1 - y) * stride + x * 3;
      for (let channel = 0; channel < 3; channel++) data[(y * width + x) * 3 + channel] = bytes[from + 2 - channel]!;
    }
  return { width, height, channels: 3, data };
}

/** The pair `p1`, `p2` or `p3` of the folder `peers`. */
export async function peerPair(name: string): Promise<{ image: Image<Uint8Array>; reference: Image<Uint8Array> }> {
  return {
    image: await vectorImage(`peers/${name}_dist.png`),
    reference: await vectorImage(`peers/${name}_ref.png`),
  };
}

/** A larger pair of the folder `peers`, like `p1_x2`: shifted copies side by side. */
export async function tiledPair(key: string): Promise<{ image: Image<Uint8Array>; reference: Image<Uint8Array> }> {
  const [name, times] = key.split('_x');
  const { image, reference } = await peerPair(name!);
  return { image: tiled(image, Number(times)), reference: tiled(reference, Number(times)) };
}

function tiled({ width, height, channels, data }: Image<Uint8Array>, times: number): Image<Uint8Array> {
  const result = new Uint8Array(data.length * times * times);
  let at = 0;
  for (let y = 0; y < height * times; y++)
    for (let x = 0; x < width * times; x++) {
      const row = (y + 37 * Math.floor(x / width)) % height;
      const column = (x + 53 * Math.floor(y / height)) % width;
      for (let channel = 0; channel < channels; channel++)
        result[at++] = data[(row * width + column) * channels + channel]!;
    }
  return { width: width * times, height: height * times, channels, data: result };
}
