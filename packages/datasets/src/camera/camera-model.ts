import { type Image, ImageSizeError, OptionError, type Random, toFloat, toRgb } from '@deflow/images';
import { gaussianBlur } from '../gaussian-blur.ts';
import { type Demosaic, demosaic } from './demosaic.ts';
import { mosaic } from './mosaic.ts';
import { smoothChroma } from './smooth-chroma.ts';
import { toEncoded, toLinear } from './transfer.ts';

/** Compresses and decompresses an 8-bit RGB image with loss, at a quality of 1 to 100. */
export type Compress = (image: Image<Uint8Array>, quality: number) => Promise<Image<Uint8Array>>;

export interface CameraModelOptions {
  /** Standard deviation of the lens blur in pixels, before the sensor; 0 is none; default 0.5. */
  readonly lensBlur?: number;
  /** What the camera multiplies the red and the blue signal by to make grey grey; default 1.9 and 1.6. */
  readonly whiteBalance?: { readonly red: number; readonly blue: number };
  /** Variance of the photon noise at full signal of a colour filter (1 / full well in electrons); default 0.0068. */
  readonly shotNoise?: number;
  /** Standard deviation of the read noise, in parts of the full signal; default 0.016. */
  readonly readNoise?: number;
  /**
   * The noise of each picture is this many times stronger or weaker, log-uniform up to this factor, as the sensitivity
   * differs from shot to shot; 1 is always the same; default 1.4.
   */
  readonly noiseSpread?: number;
  /** Default `malvar`. */
  readonly demosaic?: Demosaic;
  /** Standard deviation of the smoothing after demosaicing, in linear light, in pixels; 0 is none; default 0.5. */
  readonly smoothing?: number;
  /** Standard deviation of a further smoothing of colour alone, in pixels; 0 is none; default 0. */
  readonly chromaSmoothing?: number;
  /** Quality given to `compress`; default 92. */
  readonly jpegQuality?: number;
  /** JPEG, or nothing: `jpegRoundTrip` of `@deflow/datasets/node` in Node; default none. */
  readonly compress?: Compress;
}

/** Takes a picture of a picture. Everything random comes from `random`. */
export type Camera = (image: Image, random: Random) => Promise<Image<Uint8Array>>;

function checkPositive(options: Readonly<Record<string, number>>, least: number): void {
  for (const [name, value] of Object.entries(options))
    if (!(value >= least && Number.isFinite(value)))
      throw new OptionError(`${name} is ${value}.`, { value, remedy: `Give a number of at least ${least}.` });
}

/**
 * The way of a picture through a small camera: linear light, lens blur, RGGB colour filters behind which the channels
 * have different gains, photon and read noise (Gaussian with variance shot * signal + read^2: Foi et al., 2008),
 * demosaicing, smoothing, white balance, gamma, 8 bits, JPEG. Noise comes out correlated between
 * neighbours and channels, and stronger in the dark than in the light.
 *
 * The camera throws an ImageSizeError for pictures of less than 3 x 3 pixels.
 *
 * @throws OptionError for options out of range.
 */
export function cameraModel(options: CameraModelOptions = {}): Camera {
  const { lensBlur = 0.5, shotNoise = 0.0068, readNoise = 0.016, noiseSpread = 1.4, whiteBalance } = options;
  const { smoothing = 0.5, chromaSmoothing = 0, jpegQuality = 92, compress } = options;
  const { red = 1.9, blue = 1.6 } = whiteBalance ?? {};
  const method = options.demosaic ?? 'malvar';
  if (method !== 'malvar' && method !== 'bilinear')
    throw new OptionError(`Unknown demosaicing ${method}.`, { value: method, remedy: 'Use malvar or bilinear.' });
  checkPositive({ lensBlur, shotNoise, readNoise, smoothing, chromaSmoothing }, 0);
  checkPositive({ noiseSpread, red, blue, jpegQuality }, 1);
  const gains = [red, 1, blue];
  return async (image, random) => {
    const { width, height, data } = toFloat(toRgb(image));
    if (width < 3 || height < 3)
      throw new ImageSizeError(`The camera needs 3 x 3 pixels, the picture has ${width} x ${height}.`, {
        value: { width, height },
        remedy: 'Use larger pictures.',
      });
    const linear = data.map((value) => toLinear(Math.min(Math.max(value, 0), 1)));
    if (lensBlur > 0) gaussianBlur(linear, width, height, 3, lensBlur);
    for (let i = 0; i < linear.length; i++) linear[i]! /= gains[i % 3]!;
    const raw = mosaic(linear, width, height);
    const strength = noiseSpread ** (2 * random.uniform() - 1);
    addSensorNoise(raw, random, shotNoise * strength ** 2, readNoise * strength);
    const rgb = demosaic(raw, width, height, method);
    if (smoothing > 0) gaussianBlur(rgb, width, height, 3, smoothing);
    for (let i = 0; i < rgb.length; i++) rgb[i] = toEncoded(Math.min(Math.max(rgb[i]! * gains[i % 3]!, 0), 1));
    if (chromaSmoothing > 0) smoothChroma(rgb, width, height, chromaSmoothing);
    const samples = Uint8Array.from(rgb, (value) => Math.floor(255 * Math.min(Math.max(value, 0), 1) + 0.5));
    const developed: Image<Uint8Array> = { width, height, channels: 3, data: samples };
    return compress ? compress(developed, jpegQuality) : developed;
  };
}

/** Adds Gaussian noise of variance `shot * signal + read^2`, and lets nothing above the full signal 1. */
function addSensorNoise(raw: Float32Array, random: Random, shot: number, read: number): void {
  const normals = random.normals(raw.length);
  for (let i = 0; i < raw.length; i++) {
    const deviation = Math.sqrt(shot * Math.max(raw[i]!, 0) + read * read);
    raw[i] = Math.min(raw[i]! + deviation * normals[i]!, 1);
  }
}
