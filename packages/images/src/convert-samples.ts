import { emptyLike, type Image, type Samples, whiteOf } from './image.ts';

type SampleType = Uint8ArrayConstructor | Uint16ArrayConstructor | Float32ArrayConstructor;

/**
 * The same picture with other samples: scaled from white to white; on the way to integers clipped and rounded (half up).
 * Samples that have the wanted type already are returned as they are, not copied.
 */
export function convertSamples<Type extends SampleType>(image: Image, type: Type): Image<InstanceType<Type>> {
  type Data = InstanceType<Type> & Samples;
  if (image.data instanceof type) return image as Image<Data>;
  const { width, height, channels, data } = image;
  const result = emptyLike({ width, height, channels, data: new type(0) as Data });
  const from = whiteOf(data);
  const to = whiteOf(result.data);
  if (result.data instanceof Float32Array) for (let i = 0; i < data.length; i++) result.data[i] = data[i]! / from;
  else
    for (let i = 0; i < data.length; i++)
      result.data[i] = Math.floor(Math.min(Math.max((data[i]! * to) / from, 0), to) + 0.5);
  return result;
}

/** Samples as float32, 0 (black) to 1 (white). */
export const toFloat = (image: Image): Image<Float32Array> => convertSamples(image, Float32Array);

/** Samples as 0..255: clipped, rounded. */
export const toUint8 = (image: Image): Image<Uint8Array> => convertSamples(image, Uint8Array);

/** Samples as 0..65535: clipped, rounded. 8-bit samples are multiplied by 257, so that `toUint8` gives them back. */
export const toUint16 = (image: Image): Image<Uint16Array> => convertSamples(image, Uint16Array);
