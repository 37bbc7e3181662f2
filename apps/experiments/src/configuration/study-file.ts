import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../errors.ts';
import { nearest } from './nearest.ts';

/** Studies that come with the program, seen from the sources and from the build. */
const ownStudies = [new URL('../../studies/', import.meta.url), new URL('../studies/', import.meta.url)].map((url) =>
  fileURLToPath(url),
);

/**
 * The file as it is there, or the study of that name that comes with the program.
 * @throws ConfigurationError when there is neither, but a study of a similar name.
 */
export function studyFile(file: string): string {
  const name = file.replace(/^studies\//, '');
  const places = [
    resolve(file),
    ...ownStudies.flatMap((folder) => [resolve(folder, name), resolve(folder, `${name}.yaml`)]),
  ];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  const known = ownStudies.filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder));
  const meant = nearest(
    name.replace(/\.yaml$/, ''),
    known.map((study) => study.replace(/\.yaml$/, '')),
  );
  if (meant === undefined) return file;
  throw new ConfigurationError(`There is no study ${file}.`, { remedy: `Did you mean "${meant}"?`, value: file });
}
