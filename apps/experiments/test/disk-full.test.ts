import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readImage } from '@deflow/images/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FullDisk, fullDisk } from './full-disk.ts';
import { deflow, workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
afterAll(remove);
let disk: FullDisk | undefined;
afterEach(() => disk?.free());

const study = [
  ...['run', 'small', '--set', 'scale=smoke', '--set', 'degradations=[deflow]'],
  ...['--set', 'cameras.test=[old-webcam]', '--out'],
];
const stages = ['photographs', 'prepare', 'train-x2', 'degrade', 'train-sr', 'evaluate-x2-deflow', 'report'] as const;
const stage = (out: string, start: string) => join(out, readdirSync(out).find((name) => name.startsWith(start))!);

/** Runs with little room; whether the disk was full. Whatever then lies under its final name is whole. */
async function runOn(room: number, below: string, out: string, argv: readonly string[]) {
  disk = fullDisk(below, room);
  const { code, complaints } = await deflow(...argv);
  const { isFull } = disk;
  disk.free();
  expect(code).toBe(isFull ? 1 : 0);
  for (const file of existsSync(out) ? (readdirSync(out, { recursive: true }) as string[]) : []) {
    expect(file).not.toMatch(/\.(tmp|part)$/);
    if (file.endsWith('.png')) await readImage(join(out, file));
    if (/(^|[/\\])[^.]\w*\.json$/.test(file)) JSON.parse(readFileSync(join(out, file), 'utf8'));
    if (file.endsWith('.html')) expect(readFileSync(join(out, file), 'utf8')).toContain('</html>');
  }
  return { isFull, complaints };
}

/** What a study leaves that does not depend on the clock. */
function results(out: string) {
  const files = ['train-x2/checkpoint.safetensors', 'train-sr/checkpoint.safetensors', 'report/scores.json'];
  return files.map((file) => {
    const [start, name] = file.split('/') as [string, string];
    return readFileSync(join(stage(out, start), name)).toString('base64');
  });
}

describe('a full disk under deflow run', () => {
  beforeAll(async () => {
    expect((await deflow(...study, path('whole'))).code).toBe(0);
  });

  it('is named in each stage; with room again the same command ends with the same bytes', async () => {
    const out = path('tight');
    for (const [index, kind] of stages.entries()) {
      for (const room of [0, 3000]) {
        const { isFull, complaints } = await runOn(room, stage(path('whole'), kind).replace('whole', 'tight'), out, [
          ...study,
          out,
        ]);
        if (!isFull) break;
        expect(complaints).toMatch(/^\s*Cannot write .*\. The disk is full \(ENOSPC\).*free there\.\n/);
        expect(complaints).toContain(`tight/${kind}`);
        expect(complaints).toMatch(/Free some space, then give the same command again: it goes on with/);
        for (const before of stages.slice(0, index)) expect(readdirSync(stage(out, before))).toContain('stage.json');
        expect(readdirSync(stage(out, kind))).not.toContain('stage.json');
      }
    }
    expect((await deflow(...study, out)).code).toBe(0);
    expect(results(out)).toEqual(results(path('whole')));
  });

  it('may come again and again', async () => {
    const out = path('again');
    const files = readdirSync(path('whole'), { recursive: true }) as string[];
    const largest = Math.max(...files.map((file) => statSync(path('whole', file)).size));
    let times = 0;
    while (times < 20 && (await runOn(largest + 50_000, out, out, [...study, out])).isFull) times++;
    expect(times).toBeGreaterThan(1);
    expect(times).toBeLessThan(20);
    expect(results(out)).toEqual(results(path('whole')));
  });
});

describe('a full disk under single steps', () => {
  let folders: [string, string];
  beforeAll(async () => {
    folders = await writePhotographs(path, 6);
  });
  const goesOn = async (out: string, rooms: readonly number[], message: RegExp, ...argv: string[]) => {
    for (const room of rooms) {
      const { isFull, complaints } = await runOn(room, out, out, argv);
      expect(isFull).toBe(true);
      expect(complaints).toMatch(/The disk is full \(ENOSPC\)/);
      expect(complaints).toMatch(message);
    }
    expect(await deflow(...argv)).toMatchObject({ code: 0, complaints: '' });
  };

  it('deflow prepare', () =>
    goesOn(
      path('set'),
      [0, 20_000],
      /give the same command again/,
      ...['prepare', '--photographs', folders[0], '--out', path('set'), '--factor', '2'],
    ));

  it('deflow train-sr and deflow upscale', async () => {
    const out = ['--preset', 'quick', '--steps', '2', '--out', path('network')];
    await deflow('prepare', '--photographs', folders[0], '--out', path('set'), '--factor', '2');
    const pairs = [
      '--low',
      path('set', 'test', 'low-light-phone'),
      '--high',
      path('set', 'test', 'high'),
      '--factor',
      '2',
    ];
    await goesOn(path('network'), [0, 10_000, 60_000], /give the same command again/, 'train-sr', ...pairs, ...out);
    const model = ['--model', path('network', 'checkpoint.safetensors')];
    const upscale = ['upscale', folders[0], ...model, '--to', path('large')];
    await goesOn(path('large'), [0, 20_000], /pictures that are there are not made again/, ...upscale);
    expect(readdirSync(path('large'))).toHaveLength(6);
  });

  it('deflow train: what was learned stays', async () => {
    const argv = ['train', '--clean', folders[0], '--degraded', folders[1], '--steps', '4', '--out', path('run')];
    const first = await runOn(12_000, path('run'), path('run'), argv);
    expect(first.complaints).toMatch(/The disk is full \(ENOSPC\)/);
    expect(first.complaints).toContain(`then go on with: deflow train --resume ${path('run')}`);
    expect(await deflow('train', '--resume', path('run'))).toMatchObject({ code: 0, complaints: '' });
    expect(existsSync(path('run', 'report.html'))).toBe(true);
  });
});
