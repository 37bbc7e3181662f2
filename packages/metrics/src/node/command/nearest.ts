/** The name that takes the fewest changes of a letter, at most a third of its letters; undefined when none is that near. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const distances = names.map((name) => ({ name, distance: changes(plain(word), plain(name)) }));
  const [nearest] = distances.sort((a, b) => a.distance - b.distance);
  return nearest && nearest.distance <= Math.max(1, nearest.name.length / 3) ? nearest.name : undefined;
}

/** How many letters have to be put in, taken out or replaced (Levenshtein 1965). */
function changes(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j++)
      next.push(Math.min(row[j + 1]! + 1, next[j]! + 1, row[j]! + (letter === to[j] ? 0 : 1)));
    row = next;
  }
  return row.at(-1)!;
}
