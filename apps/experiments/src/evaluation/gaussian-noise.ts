import type { Image, Random } from '@deflow/images';

/** The image plus independent normal noise of standard deviation `level` (in 1/255), clipped and rounded to 8 bits. */
export function addGaussianNoise(image: Image<Uint8Array>, level: number, random: Random): Image<Uint8Array> {
  const noise = random.normals(image.data.length);
  const data = image.data.map((sample, i) => Math.min(255, Math.max(0, Math.round(sample + level * noise[i]!))));
  return { ...image, data };
}
