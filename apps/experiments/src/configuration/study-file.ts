import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Studies that come with the program, seen from the sources and from the build. */
const ownStudies = [new URL('../../studies/', import.meta.url), new URL('../studies/', import.meta.url)].map((url) =>
  fileURLToPath(url),
);

/** The file as it is there, or the study of that name that comes with the program. */
export function studyFile(file: string): string {
  const name = file.replace(/^studies\//, '');
  const places = [
    resolve(file),
    ...ownStudies.flatMap((folder) => [resolve(folder, name), resolve(folder, `${name}.yaml`)]),
  ];
  return places.find((place) => existsSync(place)) ?? file;
}
