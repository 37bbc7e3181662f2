import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createRandom, type Image } from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCache } from '../cache/image-cache.ts';
import { prepareImages } from '../cache/prepare-images.ts';
import type { LoaderPosition } from './loader-options.ts';
import { patchLoader } from './patch-loader.ts';

let root: string;
const random = createRandom('killed');
const picture = (width: number, height: number): Image<Uint8Array> => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)),
});

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'deflow-killed-'));
  for (const domain of ['clean', 'degraded'])
    for (let n = 0; n < 5; n++) await writeImage(join(root, `${domain}-${n}.png`), picture(40 + n, 33));
  for (const domain of ['clean', 'degraded']) {
    const names = Array.from({ length: 5 }, (_, n) => `${domain}-${n}.png`);
    await prepareImages({ from: root, names, to: join(root, domain) });
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

const batches = 1250;
const shape = { size: 16, batch: 8, seed: 3, rotate: true };

/** Loads for ever, and tells of each batch what it holds and where the next one is. */
const program = (module: string, cache: string) => `
  import { createHash } from 'node:crypto';
  import { writeSync } from 'node:fs';
  import { patchLoader } from ${JSON.stringify(module)};
  import { openCache } from ${JSON.stringify(cache)};
  const open = async (name) => (await openCache(process.argv[1] + '/' + name)).images();
  const [clean, degraded] = [await open('clean'), await open('degraded')];
  const loader = patchLoader({ clean, degraded, workers: 2, prefetch: 5, ...${JSON.stringify(shape)} });
  for (;;) {
    const batch = await loader.next();
    const digest = createHash('sha256').update(batch.clean).update(batch.degraded).digest('hex');
    writeSync(1, JSON.stringify({ digest, position: loader.position() }) + '\\n');
  }
`;

it('10,000 draws are the same after kill -9 and a start at the last position that was saved', async () => {
  const images = async (name: string) => (await openCache(join(root, name))).images();
  const [clean, degraded] = [await images('clean'), await images('degraded')];
  const from = async (position: LoaderPosition | undefined, count: number) => {
    const loader = patchLoader({ clean, degraded, ...shape, position });
    const digests: string[] = [];
    for (let n = 0; n < count; n++) {
      const batch = await loader.next();
      digests.push(createHash('sha256').update(batch.clean).update(batch.degraded).digest('hex'));
    }
    await loader.close();
    return digests;
  };

  const files = ['./patch-loader.ts', '../cache/image-cache.ts'].map((file) =>
    fileURLToPath(new URL(file, import.meta.url)),
  );
  const flags = ['--conditions=@deflow/source', '--import', 'tsx', '--input-type=module', '--eval'];
  const child = spawn(process.execPath, [...flags, program(files[0]!, files[1]!), root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const seen: { digest: string; position: LoaderPosition }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    // What the kill cut off is no whole line.
    if (line.endsWith('}')) seen.push(JSON.parse(line));
    if (seen.length === 400) child.kill('SIGKILL');
  }
  expect(await ended).toEqual([null, 'SIGKILL']);
  const whole = await from(undefined, batches);
  const saved = seen.slice(0, batches - 1);
  const rest = await from(saved.at(-1)!.position, batches - saved.length);
  expect([...saved.map(({ digest }) => digest), ...rest]).toEqual(whole);
}, 60_000);
