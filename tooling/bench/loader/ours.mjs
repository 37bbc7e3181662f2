// Batches of random, mirrored 128 x 128 patches out of a folder of 2 Mpixel photographs (dead leaves), each picture in turn of both formats.
// Ours cuts them out of the prepared cache; what the preparation costs is a work of its own.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deadLeaves } from '@deflow/datasets';
import { patchLoader, prepareImages } from '@deflow/datasets/node';
import { createRandom } from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import { answer } from '../answer.mjs';

const folder = fileURLToPath(new URL('../../../.cache/bench-loader/', import.meta.url));
const [photographs, width, height] = [12, 1632, 1224];

/** The peer reads the same files. */
async function photographsIn(format) {
  const path = join(folder, format);
  mkdirSync(path, { recursive: true });
  for (let n = 0; n < photographs; n++) {
    const file = join(path, `${n}.${format}`);
    if (!existsSync(file)) await writeImage(file, deadLeaves({ width, height, random: createRandom(n) }));
  }
  return path;
}

/** Ours are short: more of them are measured. */
async function load(cache, { workers, batches: asked }) {
  const batches = Math.max(asked, 50);
  const images = cache.images();
  const loader = patchLoader({ clean: images, degraded: images, size: 128, batch: 16, workers });
  await loader.next();
  const start = performance.now();
  for (let n = 0; n < batches; n++) await loader.next();
  const ms = (performance.now() - start) / batches;
  await loader.close();
  return ms;
}

await answer(async ({ task, format, ...options }) => {
  const from = await photographsIn(format);
  const to = join(folder, `${format}-cache`);
  if (task === 'prepare') rmSync(to, { recursive: true, force: true });
  const start = performance.now();
  const cache = await prepareImages({ from, to });
  if (task === 'prepare') return [(performance.now() - start) / photographs];
  return [await load(cache, options)];
});
