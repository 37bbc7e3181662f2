import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(root + file, 'utf8');
const testFiles = (readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }) as string[])
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `src/${file}`);

interface Exported {
  readonly name: string;
  readonly file: string;
  readonly isType: boolean;
}

/** What an entry exports by name. */
function exportsOf(entry: string): Exported[] {
  const folder = entry.slice(0, entry.lastIndexOf('/') + 1);
  return [...read(entry).matchAll(/export (type )?\{([^}]*)\} from '\.\/([^']+)'/g)].flatMap(([, all, names, file]) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
      .map((name) => ({
        name: name.replace(/^type /, ''),
        file: folder + file,
        isType: all !== undefined || name.startsWith('type '),
      })),
  );
}

const exported = [...exportsOf('src/index.ts'), ...exportsOf('src/conformance.ts')];

/** What stands in front of the declaration of an exported name, and the type that it returns. */
function declarationOf({ name, file }: Exported): { before: string; result: string | undefined } {
  const source = read(file);
  const found = new RegExp(`export (?:async )?(?:function|const|class|interface|type) ${name}\\b`).exec(source);
  if (!found) throw new Error(`${file} does not declare ${name}`);
  const result = /\): ([A-Za-z]+)(?:<[^>]*>)? (?:\{|=>)/.exec(source.slice(found.index));
  return { before: source.slice(0, found.index).trimEnd(), result: result?.[1] };
}

describe('public symbols', () => {
  test('are found', () => {
    expect(exported.length).toBeGreaterThan(120);
  });

  test('have doc comments, but for option records, whose functions have them', () => {
    const bare = exported
      .filter(({ name, isType }) => !(isType && name.endsWith('Options')))
      .filter((symbol) => !declarationOf(symbol).before.endsWith('*/'))
      .map(({ name }) => name);
    expect(bare).toEqual([]);
  });
});

describe('the conformance suite', () => {
  /** The source of a folder's cases, without its imports. */
  const cases = (readdirSync(`${root}test/cases`) as string[])
    .map((file) => read(`test/cases/${file}`).replace(/^import [^;]*;$/gm, ''))
    .join('\n');
  const returning = (...types: string[]) =>
    exported
      .filter(({ isType }) => !isType)
      .filter((symbol) => types.includes(declarationOf(symbol).result ?? ''))
      .map(({ name }) => name);

  test('has every layer that is exported', () => {
    const layers = returning('FlowLayer', 'ResidualBlock', 'SplitLayer', 'MultiScaleFlow');
    expect(layers).toContain('actNorm');
    expect(layers).toContain('residualBlock');
    expect(layers.length).toBeGreaterThan(30);
    const missing = layers.filter((name) => !new RegExp(`\\b${name}\\(`).test(cases));
    expect(missing.filter((name) => name !== 'defineLayer' && name !== 'flattened' && name !== 'baseAsLayer')).toEqual(
      [],
    );
  });

  test('has every base that is exported', () => {
    const bases = returning('Base').filter((name) => name !== 'defineBase');
    expect(bases.length).toBe(6);
    expect(bases.filter((name) => !new RegExp(`\\b${name}\\(`).test(cases))).toEqual([]);
  });
});

describe('docs/tests.md', () => {
  const rows = [...read('docs/tests.md').matchAll(/^\| (T\d+) \|[^|]*\|([^|]*)\|/gm)].map(([, id, files]) => ({
    id,
    files: [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file),
  }));

  test('has each of the 25 cases once', () => {
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 25 }, (_, i) => `T${i + 1}`));
  });

  test.each(rows)('$id stands in the files that it names', ({ id, files }) => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(testFiles).toContain(file);
      expect(read(file)).toMatch(new RegExp(`\\b${id}\\b`));
    }
  });
});
