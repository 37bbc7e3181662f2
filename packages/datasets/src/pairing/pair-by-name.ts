import { OptionError } from '@deflow/images';
import { UnpairedImagesError } from '../errors.ts';
import { shortList } from '../listing.ts';

export interface PairByNameOptions {
  /**
   * How low-resolution names are built, without their endings: `{name}x4` pairs `a/0001x4.png` with `a/0001.jpg`,
   * `low/{name}` pairs folder against folder, `{name}_LR4` with `high: '{name}_HR'` suffix against suffix.
   * Default `{name}`.
   */
  readonly low?: string;
  /** The same for high-resolution names; default `{name}`. */
  readonly high?: string;
  /** `throw` (default) names everything without a partner; `skip` leaves it out. */
  readonly onUnpaired?: 'throw' | 'skip';
}

/** Names of one pair, as they were given. */
export interface NamePair {
  readonly low: string;
  readonly high: string;
}

const withoutEnding = (name: string): string => name.replace(/\.[^./]+$/, '').normalize('NFC');

/** What `{name}` stands for in a name, or undefined when the name does not follow the pattern. */
function keysBy(pattern: string): (name: string) => string | undefined {
  const parts = pattern.normalize('NFC').split('{name}');
  if (parts.length !== 2)
    throw new OptionError(`The pattern ${pattern} does not hold {name} once.`, {
      value: pattern,
      remedy: "Give a pattern such as '{name}x4' or 'low/{name}'.",
    });
  const [before, after] = parts as [string, string];
  return (name) => {
    const stem = withoutEnding(name);
    const fits = stem.length > before.length + after.length && stem.startsWith(before) && stem.endsWith(after);
    return fits ? stem.slice(before.length, stem.length - after.length) : undefined;
  };
}

/** Keys with their names. A name without a key, or with the key of another name, goes to `left`. */
function keyed(names: readonly string[], pattern: string): { keys: Map<string, string>; left: string[] } {
  const keyOf = keysBy(pattern);
  const keys = new Map<string, string>();
  const left: string[] = [];
  for (const name of names) {
    const key = keyOf(name);
    if (key === undefined || keys.has(key)) left.push(name);
    else keys.set(key, name);
  }
  return { keys, left };
}

/**
 * Pairs the names of two folders (or of one, then give it twice with patterns): what `{name}` stands for has to be the
 * same on both sides. Endings do not matter, nor how accents are composed. The order is that of `high`.
 *
 * @throws UnpairedImagesError listing every name without a partner, and every second name of the same key.
 */
export function pairByName(
  low: readonly string[],
  high: readonly string[],
  options: PairByNameOptions = {},
): NamePair[] {
  const { low: lowPattern = '{name}', high: highPattern = '{name}', onUnpaired = 'throw' } = options;
  const lows = keyed(low, lowPattern);
  const highs = keyed(high, highPattern);
  const pairs: NamePair[] = [];
  for (const [key, name] of highs.keys) {
    const partner = lows.keys.get(key);
    if (partner === undefined) highs.left.push(name);
    else pairs.push({ low: partner, high: name });
  }
  for (const [key, name] of lows.keys) if (!highs.keys.has(key)) lows.left.push(name);
  const unpaired = lows.left.length + highs.left.length;
  if (pairs.length === 0 || (unpaired > 0 && onUnpaired === 'throw')) {
    const shown = [
      ...lows.left.map((name) => `low ${name} (${lowPattern})`),
      ...highs.left.map((name) => `high ${name} (${highPattern})`),
    ];
    throw new UnpairedImagesError(
      `${pairs.length} pairs found; without a partner are ${lows.left.length} low and ${highs.left.length} high images:${shortList(shown, 10)}`,
      {
        low: lows.left,
        high: highs.left,
        remedy:
          "Name the partners alike, give the pattern of their names (low: '{name}x4'), or pass onUnpaired: 'skip'.",
      },
    );
  }
  return pairs;
}
