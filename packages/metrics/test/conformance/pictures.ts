// Pictures and weights by formula: the same numbers in Node and in a browser, without files.

const modulus = 16777213;

/** A value in [0, 1) for each index and stream: (((i^2 mod P) A + i B + (stream + 1) C) mod P) / P, exact in doubles. */
export const hashed = (i: number, stream: number): number =>
  ((((i * i) % modulus) * 6180339 + i * 7919 + (stream + 1) * 1048573) % modulus) / modulus;

/** A picture of 0..1 in float32 steps, with edges, waves, texture and a calm corner. */
export function pictureByFormula(width: number, height: number, channels: number, seed: number): Float32Array {
  return Float32Array.from({ length: width * height * channels }, (_, i) => {
    const channel = i % channels;
    const x = Math.floor(i / channels) % width;
    const y = Math.floor(i / channels / width);
    const waves = 0.22 * Math.sin(x / 7 + seed + channel / 3) * Math.cos(y / 5 - seed / 2);
    const edge = (x + 2 * y + 13 * seed) % 61 < 23 ? 0.16 : -0.1;
    const texture = x > width / 3 ? 0.12 * (hashed(i, seed) - 0.5) : 0.01 * (hashed(i, seed) - 0.5);
    return 0.5 + waves + edge * (channel === 1 ? 0.8 : 1) + texture;
  });
}

/** The same picture, paler, with noise that is stronger below. */
export function distortedByFormula(reference: Float32Array, seed: number): Float32Array {
  return reference.map(
    (value, i) => 0.9 * value + 0.03 + (0.02 + (0.1 * i) / reference.length) * (hashed(i, 100 + seed) - 0.5),
  );
}
