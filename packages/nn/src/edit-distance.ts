/** Levenshtein distance: how many single letters must be put in, taken out or changed to turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The name in `candidates` nearest to `name`, unless even that one differs in more than two letters of five. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let distance = 0.4 * name.length;
  for (const candidate of candidates) {
    const found = editDistance(name, candidate);
    if (found > distance || (found === distance && best !== undefined)) continue;
    best = candidate;
    distance = found;
  }
  return best;
}
