import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where weights lie unless a folder is given: $DEFLOW_WEIGHTS, or deflow/weights in the user's cache folder. */
export function weightsFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { DEFLOW_WEIGHTS, XDG_CACHE_HOME } = environment;
  return DEFLOW_WEIGHTS || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'deflow', 'weights');
}
