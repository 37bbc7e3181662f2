/** A way of naming the layers of an RRDB network, and what each name is in that of 2020 (spec/super-resolution.md 1.2). */
type Translation = (name: string, lastBlock: number) => string;

/** 2018: one nn.Sequential. Behind the trunk come enlargement, convolution, activation; then the two last convolutions. */
const oldArchitecture =
  (places: readonly number[]): Translation =>
  (name, lastBlock) => {
    const block = /^model\.1\.sub\.(\d+)\.(RDB\d)\.(conv\d)\.0\.(weight|bias)$/.exec(name);
    if (block) return `RRDB_trunk.${block[1]}.${block[2]}.${block[3]}.${block[4]}`;
    const trunk = /^model\.1\.sub\.(\d+)\.(weight|bias)$/.exec(name);
    if (trunk && Number(trunk[1]) === lastBlock + 1) return `trunk_conv.${trunk[2]}`;
    const [, place, kind] = /^model\.(\d+)\.(weight|bias)$/.exec(name) ?? [];
    if (place === '0') return `conv_first.${kind}`;
    const index = places.indexOf(Number(place));
    const enlargements = places.length - 2;
    if (index < 0) return name;
    const layer = index < enlargements ? `upconv${index + 1}` : ['HRconv', 'conv_last'][index - enlargements];
    return `${layer}.${kind}`;
  };

/** BasicSR, Real-ESRGAN. */
const basicSr: Translation = (name) =>
  name
    .replace(/^body\.(\d+)\.rdb(\d)\./, 'RRDB_trunk.$1.RDB$2.')
    .replace(/^conv_body\./, 'trunk_conv.')
    .replace(/^conv_up(\d)\./, 'upconv$1.')
    .replace(/^conv_hr\./, 'HRconv.');

const lastBlockOf = (names: readonly string[]): number =>
  Math.max(...names.map((name) => Number(/^model\.1\.sub\.(\d+)\.RDB1\./.exec(name)?.[1] ?? -1)));

/**
 * The names of 2020 (`conv_first`, `RRDB_trunk.0.RDB1.conv1`, `trunk_conv`, `upconv1`, `HRconv`, `conv_last`) for those of any family:
 * the first ESRGAN's (`model.0`), BasicSR's (`body.0.rdb1.conv1`), or the encoder's within a DeFlow (`RRDB.`). Others stay as they are.
 */
export function rrdbNames(names: readonly string[]): string[] {
  if (names.includes('model.0.weight')) {
    const places = names
      .flatMap((name) => /^model\.(\d+)\.weight$/.exec(name)?.[1] ?? [])
      .map(Number)
      .filter((place) => place > 1)
      .sort((a, b) => a - b);
    const translate = oldArchitecture(places);
    return names.map((name) => translate(name, lastBlockOf(names)));
  }
  if (names.some((name) => name.startsWith('RRDB.'))) return names.map((name) => name.replace(/^RRDB\./, ''));
  return names.map((name) => basicSr(name, 0));
}
