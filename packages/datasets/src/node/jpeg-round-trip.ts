import type { Image } from '@deflow/images';
import { decodeImage, encodeImage } from '@deflow/images/node';

/** Compresses an 8-bit RGB image as JPEG (4:2:0) and decodes it again. */
export async function jpegRoundTrip(image: Image<Uint8Array>, quality: number): Promise<Image<Uint8Array>> {
  const decoded = await decodeImage(await encodeImage(image, 'jpeg', { quality }));
  return decoded as Image<Uint8Array>;
}
