import { type Image, OptionError, type Random, toFloat, toRgb, toUint8 } from '@deflow/images';
import { gaussianBlur } from '../gaussian-blur.ts';
import { type Camera, type CameraModelOptions, type Compress, cameraModel } from './camera-model.ts';

/** One step of a camera, as plain data. Lengths are pixels, noise is in levels of 255. */
export type CameraStep =
  /** Lens, mosaic, sensor noise, demosaicing, gamma: see `cameraModel`. */
  | ({ readonly step: 'sensor' } & Omit<CameraModelOptions, 'compress' | 'jpegQuality'>)
  /** Gaussian blur of the encoded samples. */
  | { readonly step: 'blur'; readonly sigma: number }
  /** Unsharp mask: adds `amount` times what a blur of `sigma` takes away. */
  | { readonly step: 'sharpen'; readonly sigma: number; readonly amount: number }
  /** White noise on luma, and noise in blotches of `chromaSize` on the two colour differences (standard deviations). */
  | { readonly step: 'noise'; readonly luma: number; readonly chroma: number; readonly chromaSize: number }
  /** So many equal levels for each channel, 2 to 256. */
  | { readonly step: 'quantise'; readonly levels: number }
  | { readonly step: 'jpeg'; readonly quality: number };

/** A camera as data: its steps one after the other. */
export type CameraProcess = readonly CameraStep[];

/** Cameras that differ in what they do, not only in how much. */
export const cameraPresets = {
  /** Small sensor at high sensitivity: strong, brightness-dependent, correlated noise; colour smoothed; mild JPEG. */
  'low-light-phone': [
    { step: 'sensor', lensBlur: 0.6, shotNoise: 0.008, readNoise: 0.018, noiseSpread: 1.3, chromaSmoothing: 0.8 },
    { step: 'jpeg', quality: 90 },
  ],
  /** Little noise, strong sharpening with halos, JPEG with visible blocks. */
  'sharpened-compact': [
    { step: 'sensor', lensBlur: 0.5, shotNoise: 0.0015, readNoise: 0.005, demosaic: 'bilinear', smoothing: 0.5 },
    { step: 'sharpen', sigma: 1.6, amount: 2 },
    { step: 'jpeg', quality: 45 },
  ],
  /** Soft lens, colour noise in blotches, few levels, no mosaic to speak of. */
  'old-webcam': [
    { step: 'blur', sigma: 0.8 },
    { step: 'noise', luma: 5, chroma: 12, chromaSize: 1.5 },
    { step: 'quantise', levels: 48 },
    { step: 'jpeg', quality: 70 },
  ],
} as const satisfies Record<string, CameraProcess>;

export type CameraPreset = keyof typeof cameraPresets;

type Apply = (image: Image, random: Random) => Image | Promise<Image>;

const inRange = (name: string, value: number, least: number, most: number): void => {
  if (value >= least && value <= most) return;
  throw new OptionError(`${name} is ${value}.`, { value, remedy: `Give a number from ${least} to ${most}.` });
};

/** The image in float32, changed in place. */
const onSamples =
  (change: (data: Float32Array, image: Image, random: Random) => void): Apply =>
  (image, random) => {
    const { width, height, data } = toFloat(image);
    const copy: Image<Float32Array> = { width, height, channels: 3, data: Float32Array.from(data) };
    change(copy.data, copy, random);
    return copy;
  };

const blur = (sigma: number): Apply =>
  onSamples((data, { width, height }) => {
    if (sigma > 0) gaussianBlur(data, width, height, 3, sigma);
  });

const sharpen = (sigma: number, amount: number): Apply =>
  onSamples((data, { width, height }) => {
    const soft = Float32Array.from(data);
    gaussianBlur(soft, width, height, 3, sigma);
    for (let i = 0; i < data.length; i++) data[i] = Math.min(Math.max(data[i]! + amount * (data[i]! - soft[i]!), 0), 1);
  });

/** Two planes of noise of standard deviation 1 after a blur of `size`. */
function blotches(random: Random, width: number, height: number, size: number): Float32Array {
  const planes = random.normals(2 * width * height);
  if (size > 0) gaussianBlur(planes, width, height, 2, size);
  const deviation = Math.sqrt(planes.reduce((sum, value) => sum + value * value, 0) / planes.length);
  return planes.map((value) => value / deviation);
}

const addNoise = (luma: number, chroma: number, chromaSize: number): Apply =>
  onSamples((data, { width, height }, random) => {
    const grey = random.normals(width * height);
    const colour = blotches(random, width, height, chromaSize);
    for (let pixel = 0; pixel < grey.length; pixel++) {
      const red = (chroma * colour[2 * pixel]!) / 255;
      const blue = (chroma * colour[2 * pixel + 1]!) / 255;
      // The colour differences R - Y and B - Y; green follows so that luma (BT.601) stays.
      const change = [red, -(0.299 * red + 0.114 * blue) / 0.587, blue];
      for (let c = 0; c < 3; c++) {
        const value = data[3 * pixel + c]! + change[c]! + (luma * grey[pixel]!) / 255;
        data[3 * pixel + c] = Math.min(Math.max(value, 0), 1);
      }
    }
  });

const quantise = (levels: number): Apply =>
  onSamples((data) => {
    for (let i = 0; i < data.length; i++) data[i] = Math.floor(data[i]! * (levels - 1) + 0.5) / (levels - 1);
  });

function applyOf(step: CameraStep, compress: Compress | undefined): Apply {
  switch (step.step) {
    case 'sensor':
      return cameraModel(step);
    case 'blur':
      inRange('sigma', step.sigma, 0, 100);
      return blur(step.sigma);
    case 'sharpen':
      inRange('sigma', step.sigma, 0.01, 100);
      inRange('amount', step.amount, 0, 100);
      return sharpen(step.sigma, step.amount);
    case 'noise':
      inRange('luma', step.luma, 0, 255);
      inRange('chroma', step.chroma, 0, 255);
      inRange('chromaSize', step.chromaSize, 0, 100);
      return addNoise(step.luma, step.chroma, step.chromaSize);
    case 'quantise':
      inRange('levels', step.levels, 2, 256);
      return quantise(step.levels);
    case 'jpeg':
      inRange('quality', step.quality, 1, 100);
      if (!compress)
        throw new OptionError('The camera has a step jpeg, and nothing that compresses.', {
          value: step,
          remedy: 'Pass { compress: jpegRoundTrip } of @deflow/datasets/node.',
        });
      return (image) => compress(toUint8(image), step.quality);
    default:
      throw new OptionError(`Unknown step ${JSON.stringify(step)}.`, {
        value: step,
        remedy: 'Use sensor, blur, sharpen, noise, quantise or jpeg.',
      });
  }
}

/**
 * A camera from its steps, such as `cameraPresets['old-webcam']`. Images become 8-bit RGB; everything random comes from
 * the camera's `random`.
 *
 * @throws OptionError for unknown steps, numbers out of range, and `jpeg` without `compress`.
 */
export function cameraProcess(process: CameraProcess, { compress }: { readonly compress?: Compress } = {}): Camera {
  const steps = process.map((step) => applyOf(step, compress));
  return async (image, random) => {
    let picture: Image = toRgb(image);
    for (const [index, apply] of steps.entries()) picture = await apply(picture, random.fork(`step ${index}`));
    return toUint8(picture);
  };
}
