import { createRandom } from '@deflow/images';
import { SplitError } from './errors.ts';

export interface SplitByNameOptions {
  /**
   * Below 1 the share of names to hold out: each name is judged alone, so adding files never moves another one.
   * From 1 the number of names: those with the smallest hashes, so a new file can only push one other file out.
   */
  readonly heldOut: number;
  /** Another seed, another split; default 0. */
  readonly seed?: number | string;
}

/**
 * Splits names by a hash of each name (Unicode composed, so that every file system gives the same): the same names always
 * land on the same side. Both lists keep the order of `names`.
 *
 * @throws SplitError when `heldOut` is negative or not whole from 1 on, or as large as the number of names.
 */
export function splitByName(
  names: readonly string[],
  { heldOut, seed = 0 }: SplitByNameOptions,
): { training: string[]; heldOut: string[] } {
  if (!(heldOut >= 0) || (heldOut >= 1 && !Number.isInteger(heldOut)))
    throw new SplitError(`Cannot hold ${heldOut} out.`, {
      value: heldOut,
      remedy: 'Give a share like 0.1, or a whole number of names.',
    });
  if (heldOut >= 1 && heldOut >= names.length)
    throw new SplitError(`Holding out ${heldOut} of ${names.length} leaves nothing to train on.`, {
      value: heldOut,
      remedy: 'Hold out fewer, or add files.',
    });
  const random = createRandom(seed);
  const hash = (name: string) => random.fork(name.normalize('NFC')).uniform();
  const hashes = new Map(names.map((name) => [name, hash(name)]));
  const sorted = [...hashes.values()].sort((a, b) => a - b);
  const limit = heldOut < 1 ? heldOut : sorted[heldOut]!;
  const out = (name: string) => hashes.get(name)! < limit;
  return { training: names.filter((name) => !out(name)), heldOut: names.filter(out) };
}
