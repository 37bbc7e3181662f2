import type { LoadPhotographsOptions } from './load-photographs.ts';
import type { Photographs } from './photographs.ts';
export async function makePhotographs(_: LoadPhotographsOptions): Promise<Photographs> {
  throw new Error('soon');
}
