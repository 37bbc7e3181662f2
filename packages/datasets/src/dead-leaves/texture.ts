import type { Random } from '@deflow/images';
import { sampleTile, tileSize } from './noise-tile.ts';
import { type Colour, type Palette, vary } from './palette.ts';

/** Where between its two colours a leaf is at a pixel: 0 the first, 1 the second; beyond is allowed. */
type Pattern = (x: number, y: number, u: number, v: number) => number;

export interface Texture {
  readonly colour: Colour;
  readonly towards: Colour;
  readonly pattern: Pattern;
  /** Brightness over the leaf: 1 + slopes * (u, v) - round * depth, for a lit or a bulging surface. */
  readonly slopeU: number;
  readonly slopeV: number;
  readonly round: number;
}

export interface TextureSource {
  readonly palette: Palette;
  readonly tiles: readonly Float32Array[];
}

const plain: Pattern = () => 0;

/** 1/f noise, turned and scaled. */
function drawNoise(random: Random, tiles: readonly Float32Array[], amplitude: number): Pattern {
  const tile = tiles[random.integer(tiles.length)]!;
  const scale = 2 ** (2.4 * random.uniform() - 0.8);
  const turn = 2 * Math.PI * random.uniform();
  const stretch = random.uniform() < 0.3 ? 0.2 + 0.4 * random.uniform() : 1;
  const [cos, sin] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  const [left, top] = [tileSize * random.uniform(), tileSize * random.uniform()];
  return (x, y) => amplitude * sampleTile(tile, x * cos + y * sin + left, (y * cos - x * sin) * stretch + top);
}

/** Stripes, bent by noise. */
function drawStripes(random: Random, tiles: readonly Float32Array[], amplitude: number): Pattern {
  const tile = tiles[random.integer(tiles.length)]!;
  const period = 3 + 17 * random.uniform() ** 2;
  const turn = 2 * Math.PI * random.uniform();
  const [cos, sin] = [(Math.cos(turn) * 2 * Math.PI) / period, (Math.sin(turn) * 2 * Math.PI) / period];
  const bend = 1.5 * random.uniform() ** 2;
  const sharpness = 1 + 4 * random.uniform();
  return (x, y) => {
    const wave = sharpness * Math.sin(x * cos + y * sin + bend * sampleTile(tile, 0.6 * x, 0.6 * y));
    return amplitude * Math.min(Math.max(wave, -1), 1);
  };
}

/** Bricks, tiles, windows: a grid with darker joints. */
function drawBricks(random: Random, amplitude: number): Pattern {
  const width = 6 + 22 * random.uniform();
  const height = width * (0.4 + 0.8 * random.uniform());
  const joint = 1 + 2 * random.uniform();
  const shift = random.integer(2) * 0.5;
  const tilt = 0.08 * random.normal();
  return (x, y) => {
    const row = (y + tilt * x) / height;
    const column = (x - tilt * y) / width + shift * (Math.floor(row) & 1);
    const a = (row - Math.floor(row)) * height;
    const b = (column - Math.floor(column)) * width;
    const edge = Math.min(a, height - a, b, width - b);
    return amplitude * Math.min(Math.max(edge - joint / 2, -1), 1);
  };
}

/**
 * Draws a surface of about this colour: from perfectly smooth (`plainShare` of them) to strongly textured.
 */
export function drawTexture(
  random: Random,
  { palette, tiles }: TextureSource,
  colour: Colour,
  plainShare = 0.15,
): Texture {
  const kind = random.uniform();
  const amplitude = 0.1 + 0.6 * random.uniform() ** 2;
  let pattern = kind < plainShare ? plain : drawNoise(random, tiles, amplitude);
  if (kind > 0.88) pattern = drawStripes(random, tiles, 0.5 * amplitude);
  if (kind > 0.95) pattern = drawBricks(random, 0.5 * amplitude);
  return {
    colour,
    towards: random.uniform() < 0.3 ? palette.draw() : vary(random, colour, 0.35, 0.04),
    pattern,
    slopeU: 0.15 * random.normal(),
    slopeV: 0.15 * random.normal(),
    round: random.uniform() < 0.5 ? 0.35 * random.uniform() : 0,
  };
}
