import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from './cache.ts';

test.each([
  [{ DEFLOW_CACHE: '/data/deflow', XDG_CACHE_HOME: '/x' }, 'linux', '/data/deflow'],
  [{ XDG_CACHE_HOME: '/x' }, 'linux', join('/x', 'deflow')],
  [{}, 'linux', join(homedir(), '.cache', 'deflow')],
  [{ XDG_CACHE_HOME: '/x' }, 'darwin', join(homedir(), 'Library', 'Caches', 'deflow')],
  [{ LOCALAPPDATA: '/local' }, 'win32', join('/local', 'deflow', 'Cache')],
] as const)('%o on %s', (environment, platform, folder) => {
  expect(cacheFolder(environment, platform)).toBe(folder);
});
