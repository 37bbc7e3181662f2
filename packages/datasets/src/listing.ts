/** The first few of a list, one a line, and how many more there are. */
export function shortList(items: readonly string[], shown = 5): string {
  const lines = items.slice(0, shown).map((item) => `\n  ${item}`);
  return lines.join('') + (items.length > shown ? `\n  and ${items.length - shown} more` : '');
}
