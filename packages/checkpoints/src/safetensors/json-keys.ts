/**
 * The first key that occurs twice in one object of `text`, which must be valid JSON; undefined when there is none.
 * `JSON.parse` silently keeps the last one.
 */
export function duplicateKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let position = 0; position < text.length; position++) {
    const letter = text[position];
    if (letter === '{') open.push(new Set());
    else if (letter === '}') open.pop();
    else if (letter === '"') {
      const end = endOfString(text, position);
      if (isKey(text, end)) {
        const key: string = JSON.parse(text.slice(position, end));
        const keys = open[open.length - 1]!;
        if (keys.has(key)) return key;
        keys.add(key);
      }
      position = end - 1;
    }
  }
  return undefined;
}

/** Where the string that opens at `start` is over. */
function endOfString(text: string, start: number): number {
  let position = start + 1;
  while (text[position] !== '"') position += text[position] === '\\' ? 2 : 1;
  return position + 1;
}

/** Whether a colon follows. */
function isKey(text: string, position: number): boolean {
  let next = position;
  while (text[next] === ' ' || text[next] === '\n' || text[next] === '\r' || text[next] === '\t') next++;
  return text[next] === ':';
}
