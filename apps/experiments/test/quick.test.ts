import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { spawnDeFlow } from './spawn-deflow.ts';
import { deflow, workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
let folders: string[];
beforeAll(async () => {
  const [clean, degraded] = await writePhotographs(path);
  folders = ['--clean', clean, '--degraded', degraded];
});
afterAll(remove);

const read = (run: string, file: string) => readFileSync(path(run, file));
/** metrics.jsonl without the clock's numbers. */
const metrics = (run: string) =>
  read(run, 'metrics.jsonl')
    .toString()
    .trim()
    .split('\n')
    .map((line) => {
      const { seconds: _, imagesPerSecond: __, ...record } = JSON.parse(line);
      return record;
    });

it('writes a whole run folder, and the same again from its config.yaml', async () => {
  const first = await deflow('quick', ...folders, '--steps', '4', '--seed', '7', '--out', path('first'));
  expect(first.code).toBe(0);
  expect(readdirSync(path('first')).sort()).toEqual([
    'checkpoint.safetensors',
    'config.yaml',
    'metrics.jsonl',
    'report.html',
    'samples',
    'statistics.json',
  ]);
  expect(readdirSync(path('first', 'samples'))).toContain('grid.png');
  expect(metrics('first').map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  // Sigma starts as the identity.
  expect(metrics('first')[0].sigma.median).toBeCloseTo(1, 1);

  const again = await deflow('quick', '--config', path('first', 'config.yaml'), '--out', path('again'));
  expect(again.code).toBe(0);
  expect(read('again', 'checkpoint.safetensors').equals(read('first', 'checkpoint.safetensors'))).toBe(true);
  expect(metrics('again')).toEqual(metrics('first'));
  const statistics = (run: string) => JSON.parse(read(run, 'statistics.json').toString()).statistics;
  expect(statistics('again')).toEqual(statistics('first'));
});

it('makes a report that needs nothing from outside', () => {
  const report = read('first', 'report.html').toString();
  expect(report).not.toMatch(/<script|<link|src="(?!data:)|url\((?!data:)|@import/);
  for (const heading of ['Pictures', 'Is it the same noise?', 'Training', 'Configuration'])
    expect(report).toContain(heading);
  expect(report.match(/src="data:image\/webp/g)!.length).toBeGreaterThanOrEqual(8);
  expect(report.match(/<svg/g)!.length).toBe(8);
});

it('decides the number of steps by the clock and writes it down', async () => {
  const { code, output } = await deflow('quick', ...folders, '--minutes', '0.02', '--out', path('timed'));
  expect(code).toBe(0);
  const steps = Number(
    /Training +([\d,]+) steps, as many as fit into 0.02 minutes/.exec(output)?.[1]?.replace(',', ''),
  );
  expect(steps).toBeGreaterThan(0);
  expect(read('timed', 'config.yaml').toString()).toContain(`steps: ${steps}\n`);
  expect(metrics('timed').at(-1).step).toBeLessThanOrEqual(steps);
});

it('makes its own photographs, with the truth to compare', async () => {
  writeFileSync(
    path('own.yaml'),
    'photographs: { generated: { pictures: 6, width: 96, height: 72 } }\ntraining: { steps: 2 }\n',
  );
  const { code, output } = await deflow('quick', '--config', path('own.yaml'), '--out', path('own'));
  expect(output).toContain('5 clean and 5 degraded to learn from, 1 clean held out');
  expect(code).toBe(0);
  expect(readdirSync(path('own', 'photographs', 'degraded'))).toContain('1.png');
  expect(JSON.parse(read('own', 'statistics.json').toString()).statistics.pairs.truth.patches).toBeGreaterThan(0);
});

it('Ctrl-C saves checkpoint and report; --resume ends with the same numbers as an unbroken run', async () => {
  const options = [...folders, '--steps', '60', '--seed', '3'];
  const whole = await spawnDeFlow(['quick', ...options, '--out', path('whole')]).ended;
  expect(whole).toMatchObject({ code: 0, complaints: '' });

  const broken = spawnDeFlow(['quick', ...options, '--out', path('broken')]);
  await broken.saw(/step \d+ of 60/);
  broken.interrupt();
  const { code, output } = await broken.ended;
  expect(output).toMatch(/Stopping: .*Go on with +deflow quick --resume/s);
  expect(code).toBe(130);
  const steps = metrics('broken').length;
  expect(steps).toBeLessThan(60);
  expect(read('broken', 'report.html').toString()).toMatch(/Training was stopped at step \d+ of 60/);

  const resumed = await spawnDeFlow(['quick', '--resume', path('broken')]).ended;
  expect(resumed).toMatchObject({ code: 0, complaints: '' });
  expect(metrics('broken')).toEqual(metrics('whole'));
  expect(read('broken', 'checkpoint.safetensors').equals(read('whole', 'checkpoint.safetensors'))).toBe(true);

  // What is finished is neither trained nor judged again.
  const files = ['checkpoint.safetensors', 'statistics.json', 'report.html'].map((name) => path('broken', name));
  const times = () => files.map((file) => statSync(file).mtimeMs);
  const before = times();
  const again = await deflow('quick', '--resume', path('broken'));
  expect(again).toMatchObject({ code: 0, complaints: '' });
  expect(again.output).toMatch(/report\.html +\(trained and judged before\)/);
  expect(again.output).not.toMatch(/Training|Judging/);
  expect(times()).toEqual(before);
}, 180_000);

it('Ctrl-C twice leaves at once, and --resume goes on', async () => {
  // Steps so long that an orderly end takes seconds.
  writeFileSync(path('slow.yaml'), 'training: { steps: 2000, patchSize: 64, patchesPerDomain: 144 }\n');
  const slow = spawnDeFlow(['quick', ...folders, '--config', path('slow.yaml'), '--out', path('twice')]);
  await slow.saw(/Training +2,000 steps/);
  slow.interrupt();
  await slow.saw(/Ctrl-C again leaves at once/);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  slow.interrupt();
  const { code, output, complaints } = await slow.ended;
  expect([code, complaints]).toEqual([130, '']);
  expect(output).not.toMatch(/Stopped at step|Judging/);
  expect(readdirSync(path('twice')).filter((name) => name.endsWith('.tmp'))).toEqual([]);

  const resumed = spawnDeFlow(['quick', '--resume', path('twice')]);
  await resumed.saw(/Training +2,000 steps/);
  resumed.kill();
  await resumed.ended;
}, 120_000);

it('runs on WebAssembly', async () => {
  const { code, output, complaints } = await spawnDeFlow([
    ...['quick', ...folders, '--steps', '2', '--backend', 'wasm', '--out', path('wasm')],
  ]).ended;
  expect(complaints).toBe('');
  expect(output).toMatch(/Engine +wasm, 1 thread/);
  expect(code).toBe(0);
});
