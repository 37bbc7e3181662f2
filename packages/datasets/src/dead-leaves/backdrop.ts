import type { Random } from '@deflow/images';
import type { Canvas } from './canvas.ts';
import { sampleTile, tileSize } from './noise-tile.ts';
import { type Colour, vary } from './palette.ts';
import { drawTexture, type TextureSource } from './texture.ts';

const mixed = (a: Colour, b: Colour, share: number): Colour =>
  a.map((value, channel) => value + share * (b[channel]! - value)) as unknown as Colour;

/** Fills the canvas with a gradient from `sky` down to `haze`, with or without clouds. */
function paintSky({ width, height, data }: Canvas, random: Random, { palette, tiles }: TextureSource): void {
  const { sky, haze } = palette;
  const cloudiness = random.uniform() < 0.5 ? 0.07 * random.uniform() : 0;
  const [left, top, zoom] = [tileSize * random.uniform(), tileSize * random.uniform(), 0.3 + 0.5 * random.uniform()];
  for (let y = 0, i = 0; y < height; y++) {
    const [red, green, blue] = mixed(sky, haze, (y + 1) / height);
    for (let x = 0; x < width; x++) {
      const cloud = cloudiness === 0 ? 0 : cloudiness * sampleTile(tiles[2]!, left + zoom * x, top + 2 * zoom * y);
      data[i++] = red + cloud;
      data[i++] = green + cloud;
      data[i++] = blue + cloud;
    }
  }
}

/** Hills, one before the other: each hides what is below its ridge, nearer ones are rougher and less hazy. */
function paintHills(canvas: Canvas, random: Random, source: TextureSource, horizon: number): void {
  const { width, height, data } = canvas;
  const layers = 1 + random.integer(4);
  const ground = source.palette.draw();
  const ridge = source.tiles[random.integer(3)]!;
  for (let layer = 0; layer < layers; layer++) {
    const near = (layer + 1) / layers;
    const level = horizon + ((height - horizon) * 0.6 * layer) / layers;
    const rise = height * (0.01 + 0.06 * random.uniform());
    const [row, zoom] = [random.integer(tileSize), 0.15 + 0.7 * random.uniform()];
    const colour = mixed(source.palette.haze, vary(random, ground, 0.2, 0.03), 0.35 + 0.65 * near);
    const { pattern, towards } = drawTexture(random, source, colour, 0.05);
    for (let x = 0; x < width; x++) {
      const edge = level - rise * sampleTile(ridge, x * zoom, row);
      for (let y = Math.max(Math.floor(edge), 0); y < height; y++) {
        const index = (y * width + x) * 3;
        const cover = Math.min(y + 1 - edge, 1);
        // Flat ground shrinks towards the horizon.
        const distance = height / (y - horizon + 0.35 * height);
        const mix = (0.3 + 0.7 * near) * pattern((x - width / 2) * distance, 3 * height * Math.log(1 + distance), 0, 0);
        const light = 1 + 0.6 * mix;
        for (let channel = 0; channel < 3; channel++) {
          const value = (colour[channel]! + mix * (towards[channel]! - colour[channel]!)) * light;
          data[index + channel]! += cover * (value - data[index + channel]!);
        }
      }
    }
  }
}

/** A wall, a floor, a lawn: one texture, lit from a side. */
function paintWall({ width, height, data }: Canvas, random: Random, source: TextureSource): void {
  const { colour, towards, pattern, slopeU, slopeV } = drawTexture(random, source, source.palette.draw());
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const mix = pattern(x, y, 0, 0);
      const light = (1 + slopeU * (x / width - 0.5) * 2 + slopeV * (y / height - 0.5) * 2) * (1 + 0.5 * mix);
      for (let channel = 0; channel < 3; channel++)
        data[i++] = (colour[channel]! + mix * (towards[channel]! - colour[channel]!)) * light;
    }
}

/** Paints what lies behind all leaves, and returns the row of the horizon: 0 when there is only a wall. */
export function paintBackdrop(canvas: Canvas, random: Random, source: TextureSource): number {
  if (random.uniform() < 0.45) {
    paintWall(canvas, random, source);
    return 0;
  }
  const horizon = canvas.height * (0.15 + 0.5 * random.uniform());
  paintSky(canvas, random, source);
  paintHills(canvas, random, source, horizon);
  return horizon;
}
