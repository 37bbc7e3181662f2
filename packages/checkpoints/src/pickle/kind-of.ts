/** What a value in a pickle is, for an error message; containers are not looked into: they may be endless. */
export function kindOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a dictionary of ${value.size}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
