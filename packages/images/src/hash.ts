const finalise = (value: number): number => {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};

/**
 * Hashes the UTF-8 bytes of `text` to four unsigned 32-bit integers: four FNV-1a sums from different starts, each sent
 * through the finaliser of MurmurHash3 together with its neighbours. Stable for ever; not for secrets.
 */
export function hashWords(text: string): [number, number, number, number] {
  const sums = [0x811c9dc5, 0x9e3779b9, 0x243f6a88, 0xb7e15162];
  for (const byte of new TextEncoder().encode(text))
    for (let i = 0; i < 4; i++) sums[i] = Math.imul(sums[i]! ^ byte, 0x01000193 + 2 * i);
  for (let round = 0; round < 2; round++)
    for (let i = 0; i < 4; i++) sums[i] = finalise(sums[i]! + Math.imul(sums[(i + 3) % 4]!, 0x9e3779b1) + i);
  return sums as [number, number, number, number];
}
