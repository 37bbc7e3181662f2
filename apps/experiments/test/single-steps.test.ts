import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readImage } from '@deflow/images/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { spawnDeFlow } from './spawn-deflow.ts';
import { deflow, workplace, writePhotographs } from './workplace.ts';

const { path, remove } = workplace();
afterAll(remove);

async function succeeds(...argv: string[]): Promise<string> {
  const { code, output, complaints } = await deflow(...argv);
  expect([code, complaints]).toEqual([0, '']);
  return output;
}

beforeAll(async () => {
  await writePhotographs(path, 8);
  const into = ['--out', path('set'), '--factor', '2', '--camera', 'old-webcam', '--seed', '3'];
  const output = await succeeds('prepare', '--photographs', path('clean'), ...into);
  expect(output).toMatch(/test pairs/);
});

it('trains, enlarges and compares', async () => {
  const pairs = ['--low', path('set', 'test', 'old-webcam'), '--high', path('set', 'test', 'high')];
  const network = path('network', 'checkpoint.safetensors');
  const settings = ['--factor', '2', '--preset', 'quick', '--steps', '3', '--out', path('network')];
  expect(await succeeds('train-sr', ...pairs, ...settings)).toContain(network);
  await succeeds('upscale', path('set', 'test', 'old-webcam'), '--model', network, '--to', path('large'));
  const [name] = readdirSync(path('large'));
  const [low, high] = [
    await readImage(path('set', 'test', 'old-webcam', name!)),
    await readImage(path('large', name!)),
  ];
  expect([high.width, high.height]).toEqual([2 * low.width, 2 * low.height]);
  const scores = await succeeds('evaluate', ...pairs, '--model', network, '--json', path('scores.json'));
  expect(scores).toMatch(/PSNR +[\d.]+\n/);
  const { mean, pictures } = JSON.parse(readFileSync(path('scores.json'), 'utf8'));
  expect(mean.psnr).toBeGreaterThan(0);
  expect(pictures).toHaveLength(readdirSync(path('set', 'test', 'high')).length);
  expect(await succeeds('inspect', network)).toMatch(/conv_first\.weight.*\[/);
});

it('enlarges and compares in processes of their own, where no engine runs yet', async () => {
  const model = ['--model', path('network', 'checkpoint.safetensors')];
  const low = path('set', 'test', 'old-webcam');
  const both = await Promise.all([
    spawnDeFlow(['upscale', low, ...model, '--to', path('large alone')]).ended,
    spawnDeFlow(['evaluate', '--low', low, '--high', path('set', 'test', 'high'), ...model]).ended,
  ]);
  for (const { code, complaints } of both) expect([code, complaints]).toEqual([0, '']);
  expect(readdirSync(path('large alone'))).toEqual(readdirSync(path('large')));
});

it('degrades and restores with a trained DeFlow; what is there is not made again', async () => {
  const folders = ['--clean', path('clean'), '--degraded', path('degraded'), '--steps', '2', '--out', path('run')];
  await succeeds('train', ...folders);
  const model = ['--model', path('run', 'checkpoint.safetensors')];
  await succeeds('degrade', path('clean'), ...model, '--to', path('made'), '--samples', '2', '--seed', '4');
  expect(readdirSync(path('made')).sort().slice(0, 2)).toEqual(['0-1.png', '0-2.png']);
  const first = readFileSync(path('made', '0-1.png'));
  expect(first.equals(readFileSync(path('made', '0-2.png')))).toBe(false);
  writeFileSync(path('made', '0-2.png'), 'mine');
  await succeeds('degrade', path('clean'), ...model, '--to', path('made'), '--samples', '2', '--seed', '4');
  expect(readFileSync(path('made', '0-2.png'), 'utf8')).toBe('mine');
  await succeeds('degrade', path('degraded', '1.png'), ...model, '--restore', '--to', path('restored'));
  expect(existsSync(path('restored', '1.png'))).toBe(true);
});

it.each([
  [['upscale'], /needs PICTURE\|DIR/],
  [['upscale', '.'], /needs --model/],
  [['upscale', '.', '--model', 'nothing.pth'], /nothing\.pth/],
  [['train-sr', '--low', '.', '--high', '.', '--out', 'x', '--factor', '3'], /--factor is "3"[\s\S]*1, 2, 4, 8/],
  [['prepare', '--photographs', '.', '--out', 'x', '--camera', 'phone'], /--camera is "phone"[\s\S]*low-light-phone/],
  [['degrade', '.', '--model', 'nothing'], /Cannot read nothing/],
  [['evaluate', '--low', '.'], /needs --high/],
  [['inspect'], /needs FILE/],
  [['report', 'nowhere'], /Cannot read the configuration/],
  [['train-sr', '--step', '3'], /Did you mean --steps/],
])('%j is refused by name', async (argv, message) => {
  const { code, complaints } = await deflow(...argv);
  expect(complaints).toMatch(message);
  expect(code).toBe(1);
});
