// Packages as npm would publish them, and empty projects that install them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export const execute = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Packs packages/`folder` into `destination`; returns the tarball's path and what it holds. */
export function pack(folder, destination) {
  const [{ filename, files }] = JSON.parse(
    execute('npm', ['pack', '--json', '--pack-destination', destination], join(root, 'packages', folder)),
  );
  return { tarball: join(destination, filename), files: files.map(({ path }) => path) };
}

/** The folders of a package and of all packages of ours that it needs. */
export function withOurDependencies(folder) {
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'));
  const ours = Object.keys(dependencies).filter((name) => name.startsWith('@deflow/'));
  return [...new Set([folder, ...ours.flatMap((name) => withOurDependencies(name.slice('@deflow/'.length)))])];
}

/** Makes a project in the new folder `folder` and installs `packages` there, from npm's cache where it can. */
export function emptyProject(folder, type, packages) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'empty', private: true, type }));
  const output = execute('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages], folder);
  if (/EBADENGINE/.test(output)) throw new Error(output);
  return folder;
}
