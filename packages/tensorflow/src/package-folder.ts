import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function find(folder: string): string {
  const file = join(folder, 'package.json');
  if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === '@deflow/tensorflow') return folder;
  return find(dirname(folder));
}

/** The folder of this package, whether its sources or its build runs. */
export const packageFolder: string = find(dirname(fileURLToPath(import.meta.url)));
