import { type Image, ImageSizeError, OptionError, type Random } from '@deflow/images';
import { gaussianBlur } from '../gaussian-blur.ts';
import { paintBackdrop } from './backdrop.ts';
import type { Canvas } from './canvas.ts';
import { drawLeaf, drawShadow } from './draw-leaf.ts';
import { noiseTile, sampleTile } from './noise-tile.ts';
import { drawPalette, vary } from './palette.ts';
import { drawShape } from './shape.ts';
import { drawTexture, type TextureSource } from './texture.ts';

export interface DeadLeavesOptions {
  /** Size in pixels. */
  readonly width: number;
  readonly height: number;
  /** Everything in the picture comes from this stream. */
  readonly random: Random;
  /** The smallest and the largest radius of a leaf in pixels; default 1.5 and 0.45 times the shorter side. */
  readonly radii?: readonly [smallest: number, largest: number];
}

/**
 * A procedural photograph: a dead leaves image, textured. Leaves (opaque shapes) fall on each other, their radii drawn
 * with the density r^-3, which makes the picture look alike at every scale as natural scenes do (Lee, Mumford and Huang,
 * 2001). Such pictures have served in place of photographs for learning features (Baradad et al., 2021) and for training
 * restoration (Achddou et al., 2021). Here the leaves have natural colours, shading, shadows and textures (1/f noise,
 * stripes, bricks, or none, so that flat patches exist), half of the scenes have a sky, the far ones are out of focus.
 *
 * Returns 8-bit RGB, gamma-encoded, dithered by half a step, otherwise without noise.
 */
export function deadLeaves({ width, height, random, radii: range }: DeadLeavesOptions): Image<Uint8Array> {
  if (![width, height].every((side) => Number.isInteger(side) && side > 0))
    throw new ImageSizeError(`A picture cannot be ${width} x ${height}.`, {
      value: { width, height },
      remedy: 'Give whole numbers of at least 1.',
    });
  const [smallest, largest] = range ?? [1.5, Math.max(0.45 * Math.min(width, height), 3)];
  if (!(smallest > 0 && largest > smallest))
    throw new OptionError(`Radii from ${smallest} to ${largest} make no sense.`, {
      value: range,
      remedy: 'Give a positive smallest radius and a larger one.',
    });
  const canvas: Canvas = { width, height, data: new Float32Array(width * height * 3) };
  const tiles = [noiseTile(random, 0.1), noiseTile(random, 0.6), noiseTile(random, 1.3)];
  const palette = drawPalette(random);
  const source: TextureSource = { palette, tiles };
  const horizon = paintBackdrop(canvas, random, source);
  const scene: Scene = {
    canvas,
    source,
    horizon,
    shadowAngle: 2 * Math.PI * random.uniform(),
    smallest,
  };
  const least = Math.min(smallest * 2 ** (1 + 2.5 * random.uniform()), largest / 2);
  const inverseSquare = (radius: number) => radius ** -2;
  const meanArea = (2 * Math.PI * Math.log(largest / least)) / (inverseSquare(least) - inverseSquare(largest));
  const count = Math.ceil(((0.6 + 1.8 * random.uniform()) * width * height) / meanArea);
  const radii = Array.from({ length: count }, () => {
    const share = random.uniform();
    return (inverseSquare(least) + share * (inverseSquare(largest) - inverseSquare(least))) ** -0.5;
  });
  // Large ones tend to lie below: a scene, not confetti.
  const order = new Map(radii.map((radius) => [radius, Math.log(radius) + 0.8 * random.normal()]));
  radii.sort((a, b) => order.get(b)! - order.get(a)!);
  const inFocus = Math.floor(count * 0.5 * random.uniform());
  const defocus = random.uniform() < 0.6 ? 0.6 + 3 * random.uniform() ** 2 : 0;
  radii.forEach((radius, index) => {
    if (index === inFocus && defocus > 0) gaussianBlur(canvas.data, width, height, 3, defocus);
    dropLeaf(random, scene, radius);
  });
  return develop(canvas, random, tiles[2]!);
}

interface Scene {
  readonly canvas: Canvas;
  readonly source: TextureSource;
  readonly horizon: number;
  readonly shadowAngle: number;
  readonly smallest: number;
}

/** One leaf or, seldom, a bush: a heap of small ones that look alike. */
function dropLeaf(random: Random, { canvas, source, horizon, shadowAngle, smallest }: Scene, radius: number): void {
  const { width, height } = canvas;
  const nearness = random.uniform();
  const x = (width + 2 * radius) * random.uniform() - radius;
  const y =
    horizon > 0 ? horizon + (height + 0.3 * radius - horizon) * nearness : (height + 2 * radius) * nearness - radius;
  const size = horizon > 0 ? Math.max(radius * (0.15 + 1.1 * nearness), smallest) : radius;
  const colour = source.palette.draw();
  if (size > 10 && random.uniform() < 0.3) {
    const part = Math.max(size * (0.06 + 0.2 * random.uniform()), smallest);
    const many = Math.min(Math.ceil((size / part) ** 2), 250);
    const textures = Array.from({ length: 4 }, () => drawTexture(random, source, vary(random, colour, 0.25, 0.02)));
    for (let n = 0; n < many; n++) {
      const left = x + 0.5 * size * random.normal();
      const top = y + 0.4 * size * random.normal();
      const shape = drawShape(random, left, top, part * (0.6 + 0.8 * random.uniform()));
      drawLeaf(canvas, shape, textures[random.integer(4)]!, 1);
    }
    return;
  }
  const shape = drawShape(random, x, y, size);
  if (shape.radius > 5 && random.uniform() < 0.6) {
    const shift = 0.12 * shape.radius + 1;
    const below = { ...shape, x: x + shift * Math.cos(shadowAngle), y: y + shift * Math.sin(shadowAngle) };
    drawShadow(canvas, below, 0.3 * shape.radius + 2, 0.5 * random.uniform());
  }
  drawLeaf(canvas, shape, drawTexture(random, source, colour), 1);
}

/** Uneven light, exposure, contrast, the softness of a lens, and 8 bits. */
function develop({ width, height, data }: Canvas, random: Random, light: Float32Array): Image<Uint8Array> {
  const exposure = 2 ** (0.3 * random.normal());
  const contrast = 0.9 + 0.35 * random.uniform();
  const uneven = 0.12 * random.uniform();
  const [left, top] = [256 * random.uniform(), 256 * random.uniform()];
  const zoom = 64 / Math.max(width, height);
  gaussianBlur(data, width, height, 3, 0.3 + 0.15 * random.uniform());
  const samples = new Uint8Array(data.length);
  const dither = random.uniforms(data.length);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const gain = exposure * (1 + uneven * sampleTile(light, left + zoom * x, top + zoom * y));
      for (let channel = 0; channel < 3; channel++, i++) {
        const value = Math.max(data[i]! * gain, 0) ** contrast;
        // A shoulder instead of hard clipping in the lights.
        const toned = value < 0.8 ? value : 1 - 0.2 * Math.exp((0.8 - value) / 0.2);
        samples[i] = Math.floor(255 * toned + dither[i]!);
      }
    }
  return { width, height, channels: 3, data: samples };
}
