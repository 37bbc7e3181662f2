import type { Random } from '@deflow/images';

/** RGB, gamma-encoded, 0..1. */
export type Colour = readonly [number, number, number];

/** Families of colours as they meet in photographs; each scene draws from one family and a few strangers. */
const families: readonly (readonly Colour[])[] = [
  // Woods and meadows.
  [
    [0.24, 0.33, 0.14],
    [0.36, 0.44, 0.2],
    [0.49, 0.53, 0.3],
    [0.31, 0.25, 0.16],
    [0.16, 0.2, 0.11],
    [0.6, 0.6, 0.42],
  ],
  // Rock, sand, dry grass.
  [
    [0.55, 0.47, 0.37],
    [0.68, 0.6, 0.47],
    [0.42, 0.35, 0.28],
    [0.76, 0.7, 0.58],
    [0.33, 0.27, 0.22],
    [0.58, 0.4, 0.28],
  ],
  // Town: concrete, brick, glass, paint.
  [
    [0.52, 0.52, 0.51],
    [0.7, 0.69, 0.66],
    [0.32, 0.33, 0.35],
    [0.55, 0.33, 0.26],
    [0.85, 0.83, 0.79],
    [0.25, 0.32, 0.42],
  ],
  // Water, snow, haze.
  [
    [0.3, 0.43, 0.52],
    [0.5, 0.6, 0.66],
    [0.78, 0.82, 0.85],
    [0.18, 0.28, 0.36],
    [0.9, 0.91, 0.92],
    [0.4, 0.45, 0.46],
  ],
  // Dusk and interiors.
  [
    [0.2, 0.15, 0.13],
    [0.36, 0.24, 0.17],
    [0.55, 0.4, 0.27],
    [0.12, 0.11, 0.13],
    [0.7, 0.55, 0.38],
    [0.28, 0.25, 0.27],
  ],
  // Flowers, fruit, cloth, skin.
  [
    [0.66, 0.27, 0.23],
    [0.78, 0.64, 0.34],
    [0.78, 0.58, 0.47],
    [0.42, 0.32, 0.44],
    [0.28, 0.4, 0.2],
    [0.87, 0.76, 0.67],
  ],
];

const skies: readonly Colour[] = [
  [0.47, 0.62, 0.8],
  [0.62, 0.72, 0.83],
  [0.8, 0.83, 0.86],
  [0.68, 0.68, 0.69],
  [0.85, 0.68, 0.55],
  [0.17, 0.22, 0.33],
];

const clamp = (value: number): number => Math.min(Math.max(value, 0.01), 0.99);

export interface Palette {
  /** A colour of the scene: one of its family or, seldom, any; every one a little different. */
  draw(): Colour;
  readonly sky: Colour;
  readonly haze: Colour;
}

/** A colour near `colour`: brightness and hue changed by so much (standard deviations). */
export function vary(random: Random, colour: Colour, brightness: number, hue: number): Colour {
  const light = Math.exp(brightness * random.normal());
  return colour.map((value) => clamp(value * light + hue * random.normal())) as unknown as Colour;
}

/** Draws the colours of a scene. */
export function drawPalette(random: Random): Palette {
  const family = families[random.integer(families.length)]!;
  const sky = skies[random.integer(skies.length)]!;
  const mist = 0.3 + 0.5 * random.uniform();
  const haze = sky.map((value) => clamp(value + mist * (0.88 - value))) as unknown as Colour;
  const draw = (): Colour => {
    const from = random.uniform() < 0.08 ? families[random.integer(families.length)]! : family;
    const base = from[random.integer(from.length)]!;
    return vary(random, base, 0.18, 0.02);
  };
  return { draw, sky, haze };
}
