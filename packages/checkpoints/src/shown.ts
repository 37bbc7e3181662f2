/** A value for an error message: JSON as far as it goes and fits in a line. */
export function shown(value: unknown): string {
  const length = 120;
  let text: string;
  try {
    text = typeof value === 'bigint' ? `${value}` : (JSON.stringify(value) ?? String(value));
  } catch {
    text = `a ${typeof value} that cannot be shown`;
  }
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
