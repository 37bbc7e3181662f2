import {
  type Image,
  ImageChannelsError,
  OptionError,
  type Rectangle,
  resize,
  type Samples,
  splitAlpha,
  type Tile,
  tiles,
} from '@deflow/images';
import { toTensor } from '@deflow/images/tensors';
import { type Compile, type Compiled, namedParameters, runEagerly } from '@deflow/nn';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { checkOutput } from './check-output.ts';
import { AbortedError } from './errors.ts';
import { networkInput, padToMultiple, placeTile, samplesLike } from './image-samples.ts';
import type { SuperResolutionNetwork } from './network.ts';

export interface UpscalerOptions {
  /** `compile` of `@deflow/tensorflow`: faster, but every new size is compiled first. Eager unless given. */
  readonly compile?: Compile;
  /** `bfloat16` is faster where the processor has it, and about 1e-3 away from float32. */
  readonly precision?: 'float32' | 'bfloat16';
}

export interface UpscaleOptions {
  /** Larger images are cut into tiles of this side, in pixels of the input: it bounds the memory. */
  readonly tile?: number;
  /** Pixels of the input that neighbouring tiles share; more of them hide the seams better. */
  readonly overlap?: number;
  /** Called after each tile with the share of the work that is done, up to 1. */
  readonly onProgress?: (share: number) => void;
  /** Stops before the next tile, with an `AbortedError`. */
  readonly signal?: AbortSignal;
}

/** Enlarges images of any size. */
export interface Upscaler {
  readonly scale: number;
  /**
   * `image` enlarged: 8-bit images give 8-bit ones, 16-bit ones 16-bit; float images are taken in 0..1 and not clipped. Grey images
   * stay grey (the luma of what the network makes of three equal channels). Alpha is resized bicubically, the colours are enlarged
   * as they are, also where they are transparent.
   *
   * @throws BrokenOutputError when the network gives NaN, infinity, or zeros only; AbortedError;
   * ImageChannelsError for colours and a network of one channel; OptionError for a tile that is not larger than the overlap.
   */
  upscale<Data extends Samples>(image: Image<Data>, options?: UpscaleOptions): Promise<Image<Data>>;
  /** Frees what was compiled. */
  dispose(): void;
}

/** An upscaler for `model` as its parameters are at each call. Keeps what it compiled for images of the same size. */
export function createUpscaler(model: SuperResolutionNetwork, options: UpscalerOptions = {}): Upscaler {
  const { compile = runEagerly, precision = 'float32' } = options;
  const { scale, sizeMultiple } = model;
  const { inputChannels, outputChannels } = model.config;
  const state = [...namedParameters(model.parameters).values()];
  const apply: Compiled<[Tensor4D], Tensor4D> = compile((x: Tensor4D) => model.apply(x) as Tensor4D, {
    state,
    precision,
    name: 'upscaler',
  });

  async function run(input: Image<Float32Array>): Promise<Float32Array> {
    const x = toTensor(input);
    try {
      const output = await apply.async(x);
      const values = (await output.data()) as Float32Array;
      output.dispose();
      return values;
    } finally {
      x.dispose();
    }
  }

  return {
    scale,
    dispose: () => apply.dispose(),
    async upscale(image, { tile = 256, overlap = 32, onProgress, signal } = {}) {
      const { colour, alpha } = splitAlpha(image);
      checkChannels(colour, inputChannels);
      const padded = padToMultiple(colour, sizeMultiple);
      const { width, height } = padded;
      const parts = tiles({ ...tileSizes(tile, overlap, sizeMultiple), width, height });
      const size = { width: scale * image.width, height: scale * image.height, channels: image.channels };
      const result = { ...size, data: samplesLike(image.data, size.width * size.height * size.channels) };
      for (const [index, part] of parts.entries()) {
        if (signal?.aborted) throw new AbortedError('The upscaling');
        const input = networkInput(padded, part.region, inputChannels);
        const values = await run(input);
        checkOutput(values, input.data, part.region);
        placeTile({ image: result, colours: colour.channels }, values, outputChannels, enlarged(part, scale));
        onProgress?.((index + 1) / parts.length);
      }
      if (alpha) placeAlpha(result, resize(alpha, { scale }));
      return result;
    },
  };
}

function checkChannels({ channels }: Image, inputChannels: number): void {
  if (inputChannels === 3 || channels === inputChannels) return;
  throw new ImageChannelsError(`The network takes ${inputChannels} channels, the image has ${channels} colours.`, {
    value: channels,
    remedy: inputChannels === 1 ? 'Use a network for RGB, or make the image grey first.' : 'Use a network for RGB.',
  });
}

function tileSizes(tile: number, overlap: number, multiple: number) {
  const side = Math.max(1, Math.floor(tile / multiple)) * multiple;
  const sizes = { tileWidth: side, tileHeight: side, overlap: Math.ceil(overlap / multiple) * multiple, multiple };
  const whole = Number.isInteger(tile) && Number.isInteger(overlap);
  if (whole && tile > 0 && overlap >= 0 && side > sizes.overlap) return sizes;
  throw new OptionError(`Tiles of ${tile} pixels cannot overlap by ${overlap}.`, {
    value: { tile, overlap },
    remedy: 'Give whole numbers, the overlap from 0 on and below the tile; 256 and 32 are usual.',
  });
}

const times = ({ x, y, width, height }: Rectangle, scale: number): Rectangle => ({
  x: x * scale,
  y: y * scale,
  width: width * scale,
  height: height * scale,
});

const enlarged = ({ region, kept }: Tile, scale: number): Tile => ({
  region: times(region, scale),
  kept: times(kept, scale),
});

function placeAlpha(image: Image, alpha: Image): void {
  const { channels, data } = image;
  for (let pixel = 0; pixel < alpha.data.length; pixel++) data[(pixel + 1) * channels - 1] = alpha.data[pixel]!;
}
