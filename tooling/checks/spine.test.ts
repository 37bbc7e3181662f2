import { isBuiltin } from 'node:module';
import { describe, expect, it } from 'vitest';
import { drawnSpine, importsOf, isEntry, packageOf, reachedFrom, readPackage, rooms, sources } from './house.ts';

const spine = drawnSpine();
const nodeOnly = new Set(['@deflow/tensorflow', '@deflow/experiments']);

describe('the dependency spine of ARCHITECTURE.md', () => {
  it('names every package and app', () => {
    expect([...spine.keys()].sort()).toEqual(
      rooms()
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('has no circle', () => {
    const reach = (name: string, path: readonly string[]): void => {
      expect(path, `circle through ${name}`).not.toContain(name);
      for (const need of spine.get(name) ?? []) reach(need, [...path, name]);
    };
    for (const name of spine.keys()) reach(name, []);
  });

  for (const { name, folder } of rooms()) {
    it(`${name} imports only what is drawn below it`, () => {
      const drawn = spine.get(name) ?? new Set();
      const declared = { ...readPackage(folder).dependencies, ...readPackage(folder).peerDependencies };
      for (const file of sources(folder)) {
        for (const specifier of importsOf(file)) {
          const other = packageOf(specifier);
          if (other && other !== name) {
            expect(drawn, `${file} imports ${specifier}`).toContain(other);
            expect(
              Object.keys(declared),
              `${file} imports ${specifier}, which package.json does not declare`,
            ).toContain(other);
          }
        }
      }
      const used = new Set(sources(folder).flatMap((file) => importsOf(file).map(packageOf)));
      for (const need of drawn) expect(used, `${name} is drawn above ${need} but never imports it`).toContain(need);
    });

    if (nodeOnly.has(name)) continue;
    it(`${name} runs in browsers: only its ./node entry reaches Node's modules`, () => {
      const entries = sources(folder).filter((file) => isEntry(folder, file) && !file.endsWith('src/node.ts'));
      expect(entries).not.toEqual([]);
      for (const file of reachedFrom(entries))
        expect(
          importsOf(file).filter((specifier) => isBuiltin(specifier)),
          file,
        ).toEqual([]);
    });
  }
});
