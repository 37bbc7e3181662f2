import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder that holds everything this package installs: `DEFLOW_CACHE`, or the place that the system has for caches. */
export function cacheFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { DEFLOW_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = environment;
  if (DEFLOW_CACHE) return DEFLOW_CACHE;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'deflow');
  if (platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'deflow', 'Cache');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'deflow');
}
