import { encodeImage } from '@deflow/images/node';
import type { Picture } from '../data/photographs.ts';

/** A picture as WebP inside a page. */
export async function dataUrl(image: Picture, quality: number | 'lossless'): Promise<string> {
  const bytes = await encodeImage(image, 'webp', { quality });
  return `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}`;
}
