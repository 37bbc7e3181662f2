import { statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRandom } from '@deflow/images';
import { afterAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { spawnDeFlow } from './spawn-deflow.ts';
import { workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
afterAll(remove);

const kills = 3;
const checkpoint = (run: string) => path(run, 'checkpoint.safetensors');
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const written = (run: string) => statSync(checkpoint(run), { throwIfNoEntry: false })?.mtimeMs;

/** The records of a training without its times. */
const losses = async (run: string) =>
  (await readFile(path(run, 'metrics.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => {
      const { seconds: _, imagesPerSecond: __, ...record } = JSON.parse(line) as Record<string, unknown>;
      return record;
    });

it('goes on to the same bytes with the preset small, compiled, after kill -9', async () => {
  const [clean, degraded] = await writePhotographs(path, 6);
  const training = { steps: 80, patchSize: 32, patchesPerDomain: 2, checkpointEvery: 5, averageDecay: 0.9 };
  writeFileSync(path('train.yaml'), stringify({ training, photographs: { heldOut: 2 } }));
  const start = ['train', '--clean', clean, '--degraded', degraded, '--config', path('train.yaml'), '--out'];
  const whole = await spawnDeFlow([...start, path('whole')]).ended;
  expect([whole.code, whole.complaints]).toEqual([0, '']);

  const random = createRandom('moments');
  for (let i = 0; i < kills; i++) {
    const before = written('killed');
    const child = spawnDeFlow(i === 0 ? [...start, path('killed')] : ['train', '--resume', path('killed')]);
    let over = false;
    child.ended.then(() => {
      over = true;
    });
    while (written('killed') === before && !over) await pause(1);
    await pause(60 * random.uniform());
    child.kill();
    expect(await child.ended).toMatchObject({ code: null });
  }
  const last = await spawnDeFlow(['train', '--resume', path('killed')]).ended;
  expect([last.code, last.complaints]).toEqual([0, '']);
  expect(await losses('killed')).toEqual(await losses('whole'));
  expect((await readFile(checkpoint('killed'))).equals(await readFile(checkpoint('whole')))).toBe(true);
}, 240_000);
