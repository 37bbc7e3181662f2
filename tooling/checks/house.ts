import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Room {
  /** Package name, such as `@deflow/flows`. */
  readonly name: string;
  /** Folder inside the tree, such as `packages/flows`. */
  readonly folder: string;
}

/** Every package and app of the tree. */
export function rooms(): Room[] {
  return ['packages', 'apps'].flatMap((floor) =>
    readdirSync(join(root, floor))
      .filter((name) => existsSync(join(root, floor, name, 'package.json')))
      .map((name) => ({ name: readPackage(join(floor, name)).name, folder: join(floor, name) })),
  );
}

interface PackageJson {
  readonly name: string;
  readonly exports?: object;
  readonly dependencies?: Record<string, string>;
  readonly peerDependencies?: Record<string, string>;
}

export const readPackage = (folder: string): PackageJson =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

/** The TypeScript sources of a room that are published: no tests. */
export function sources(folder: string): string[] {
  return readdirSync(join(root, folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(folder, 'src', file));
}

/** The module specifiers that a source file imports, types included. */
export const importsOf = (file: string): string[] =>
  ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true).importedFiles.map(({ fileName }) => fileName);

/** Whether a source file is one of the entries that its package exports. */
export const isEntry = (folder: string, file: string): boolean =>
  JSON.stringify(readPackage(folder).exports ?? {}).includes(`"./${file.slice(folder.length + 1)}"`);

/** The files of a room that `entries` import, directly or through others; the entries included. Type-only imports count. */
export function reachedFrom(entries: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const specifier of importsOf(file)) if (specifier.startsWith('.')) visit(join(file, '..', specifier));
  };
  entries.forEach(visit);
  return reached;
}

/** `@deflow/nn/node` -> `@deflow/nn`; undefined for anything that is not ours. */
export const packageOf = (specifier: string): string | undefined => /^@deflow\/[^/]+/.exec(specifier)?.[0];

/** The spine as ARCHITECTURE.md draws it: lines `name <- name, name` in its ```spine block. */
export function drawnSpine(): Map<string, Set<string>> {
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const block = /```spine\n([\s\S]*?)```/.exec(text)?.[1];
  if (!block) throw new Error('ARCHITECTURE.md has no ```spine block');
  return new Map(
    block
      .trim()
      .split('\n')
      .map((line) => {
        const [name, needs = ''] = line.split('<-').map((part) => part.trim());
        return [
          `@deflow/${name}`,
          new Set(
            needs
              .split(/[,\s]+/)
              .filter(Boolean)
              .map((need) => `@deflow/${need}`),
          ),
        ];
      }),
  );
}
