import type { DeFlow } from '@deflow/degradation';
import { crop, type Image, pad, type Random, toUint8 } from '@deflow/images';
import { fromTensor, toTensor } from '@deflow/images/tensors';
import { dispose, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';

const draw = (random: Random, [height, width, channels]: readonly [number, number, number]): Tensor4D =>
  tensor4d(random.normals(height * width * channels), [1, height, width, channels]);

/** Clean to degraded, for an RGB image of any size: padded to what the flow takes, cut back afterwards, rounded to 8 bits. */
export async function degradeImage(model: DeFlow, image: Image, random: Random): Promise<Image<Uint8Array>> {
  const { width, height } = image;
  const beyond = (length: number) => (model.sizeMultiple - (length % model.sizeMultiple)) % model.sizeMultiple;
  const padded = pad(image, { right: beyond(width), bottom: beyond(height), mode: 'reflect' });
  const shapes = model.noiseShapes(padded);
  const clean = toTensor(padded);
  const noise = {
    conditioning: draw(random.fork('conditioning'), shapes.conditioning),
    shift: shapes.latents.map((shape, index) => draw(random.fork(`shift ${index}`), shape)),
  };
  const degraded = model.degrade(clean, noise);
  const [result] = await fromTensor(degraded);
  dispose([clean, noise.conditioning, ...noise.shift, degraded]);
  return crop(toUint8(result!), { x: 0, y: 0, width, height });
}
