import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { quietFile } from '../native/binding.ts';
import { packageFolder } from '../package-folder.ts';
import { platformName, tensorflowVersion } from './layout.ts';

/** The C++ sources of the binding. */
export const sourceFolder: string = join(packageFolder, 'native');

function sourceFiles(): string[] {
  const isSource = (name: string) => /\.(cc|h)$/.test(name);
  return ['.', 'vendor/tfjs-node', 'vendor/node-api'].flatMap((folder) =>
    existsSync(join(sourceFolder, folder))
      ? readdirSync(join(sourceFolder, folder))
          .filter(isSource)
          .sort()
          .map((name) => join(sourceFolder, folder, name))
      : [],
  );
}

let name: string | undefined;

/** The binding's file name: it changes with the sources and with TensorFlow, so that an old file is never taken for a new one. */
export function bindingName(): string {
  if (name) return name;
  const hash = createHash('sha256').update(tensorflowVersion);
  for (const file of sourceFiles()) hash.update(readFileSync(file));
  name = `deflow_binding-${hash.digest('hex').slice(0, 12)}.node`;
  return name;
}

/** The binding that belongs into an installation. */
export const bindingFile = (installation: string): string => join(installation, bindingName());

/** The binding that the package ships for this machine, if it does. */
export function shippedBinding(): string | undefined {
  const file = join(packageFolder, 'prebuilt', platformName, bindingName());
  return existsSync(file) && existsSync(quietFile(file)) ? file : undefined;
}

/** Puts the two modules at `from` into place at `to`, each in one move. */
export function placeBinding(from: string, to: string): void {
  for (const [source, target] of [
    [quietFile(from), quietFile(to)],
    [from, to],
  ] as const) {
    const temporary = `${target}.${process.pid}.tmp`;
    try {
      copyFileSync(source, temporary);
      renameSync(temporary, target);
    } finally {
      rmSync(temporary, { force: true });
    }
  }
}
