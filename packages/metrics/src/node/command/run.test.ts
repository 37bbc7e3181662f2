import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Image } from '@deflow/images';
import { writeImage } from '@deflow/images/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { haveVectors, vectorPath } from '../../../test/vectors.ts';
import { niqe, psnr, ssim } from '../../index.ts';
import { readNiqeModel } from '../model-files.ts';
import { run } from './run.ts';

function picture(seed: number, width = 200, height = 100): Image<Uint8Array> {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  return { width, height, channels: 3, data };
}

describe('deflow-metrics', () => {
  let folder = '';
  const at = (...names: string[]) => join(folder, ...names);
  const [first, second, third] = [picture(1), picture(2), picture(3)];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deflow-metrics-'));
    const files = { 'a/one.png': first, 'a/two.png': second, 'b/one.png': second, 'b/two.webp': third };
    for (const name of ['a', 'b']) await mkdir(at(name));
    for (const [name, image] of Object.entries(files)) await writeImage(at(name), image);
    await writeImage(at('small.png'), picture(4, 10, 10));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('measures one file', async () => {
    const { output, status } = await run(['psnr,ssim', at('a/one.png'), at('b/one.png')]);
    expect(status).toBe(0);
    const [head, line] = output.trimEnd().split('\n');
    expect(head!.trim().split(/\s+/)).toEqual(['psnr', 'ssim']);
    expect(line!.split(/\s+/)).toEqual(['one.png', psnr(first, second).toFixed(4), ssim(first, second).toFixed(4)]);
  });

  it('measures folders by name and gives the mean', async () => {
    const seen: string[] = [];
    const { output } = await run(['psnr', at('a'), at('b'), '--json', '--crop-border', '4'], {
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    });
    const { images, mean } = JSON.parse(output);
    const scores = [psnr(first, second, { cropBorder: 4 }), images[1].psnr];
    expect(images.map(({ name }: { name: string }) => name)).toEqual(['one.png', 'two.png']);
    expect(images[0].psnr).toBeCloseTo(scores[0], 12);
    expect(mean.psnr).toBeCloseTo((scores[0] + scores[1]) / 2, 12);
    expect(seen).toEqual(['0/2', '1/2', '2/2']);
  });

  it('writes CSV, Y and infinity', async () => {
    const { output } = await run(['psnr', at('a/one.png'), at('a/one.png'), '--csv', '--y']);
    expect(output).toBe('name,psnr,error\none.png,Infinity,\n');
    const json = await run(['psnr', at('a/one.png'), at('a/one.png'), '--json']);
    expect(JSON.parse(json.output).mean).toEqual({ psnr: 'Infinity' });
  });

  it('measures by the conventions and the range that are asked for', async () => {
    const scores = async (...more: string[]) =>
      JSON.parse((await run(['psnr,ssim', at('a/one.png'), at('b/one.png'), '--json', ...more])).output).images[0];
    const piq = await scores('--convention', 'piq');
    expect(piq.psnr).toBeCloseTo(psnr(first, second, { convention: 'piq' }), 12);
    expect(piq.ssim).toBeCloseTo(ssim(first, second, { convention: 'piq' }), 12);
    const mixed = await scores('--convention', 'ssim=skimage', '--y');
    expect(mixed.psnr).toBeCloseTo(psnr(first, second, { colour: 'y601' }), 12);
    expect(mixed.ssim).toBeCloseTo(ssim(first, second, { convention: 'skimage', colour: 'y601' }), 12);
    // With white at 510 the same differences count half.
    expect((await scores('--range', '510')).psnr).toBeCloseTo(psnr(first, second) + 20 * Math.log10(2), 10);
    expect((await scores('--range', '100')).error).toMatch(/but white is 100/);
  });

  it('ends when it is interrupted', async () => {
    const control = new AbortController();
    const outcome = run(['piqe', at('a')], { signal: control.signal, onProgress: () => control.abort() });
    expect(await outcome).toEqual({ output: '', problem: expect.stringMatching(/Interrupted/), status: 130 });
  });

  it('reports a picture that cannot be measured beside the others', async () => {
    const small = await run(['ssim', at('small.png'), at('small.png')]);
    expect(small.status).toBe(1);
    expect(small.output).toMatch(/small\.png\s+SSIM needs 11 x 11/);
    expect((await run(['psnr', at('small.png'), at('a/one.png'), '--csv'])).output).toMatch(/The image is 10 x 10/);
  });

  it('explains wrong calls', async () => {
    const problems: [string[], RegExp][] = [
      [[], /Give metrics, a picture/],
      [['psnr', at('a/one.png')], /psnr compares: give a reference/],
      [['sharpness', at('a')], /no metric sharpness. Known are psnr/],
      [['psmr,ssim', at('a')], /no metric psmr; did you mean psnr\?/],
      [['MSSSIM', at('a')], /did you mean ms-ssim\?/],
      [['psnr,', at('a')], /no metric \(empty\)/],
      [['psnr', 'ssim', at('a'), at('b')], /one path too many/],
      [['psnr', at('a'), at('b'), '--json', '--csv'], /not both/],
      [['psnr', at('a'), at('b'), '--crop-border', '2.5'], /--crop-border 2.5 is no whole number/],
      [['psnr', at('a'), at('b'), '--range', '0'], /no value of white/],
      [['ssim', at('a'), at('b'), '--convention', 'matlap'], /no convention matlap; did you mean matlab\?/],
      [['fsim', at('a'), at('b'), '--convention', 'matlab'], /none for these metrics/],
      [['ssim', at('a'), at('b'), '--convention', 'psnr=piq'], /psnr is not among/],
      [['toString', at('a')], /no metric toString/],
      [['piqe', at('nothing.png')], /no file or folder/],
      [['psnr', at('a'), at('b/one.png')], /two files or two folders/],
      [['psnr', at('b'), folder], /no picture that belongs to one.png/],
      [['niqe', at('a'), '--weights', at('none')], /modelparameters\.mat[\s\S]*weights fetch niqe/],
      [['brisque', at('a'), '--weights', at('none')], /weights fetch brisque-model brisque-range/],
      [['niqe', at('a'), '--niqe-model', at('no.mat')], /cannot be read/],
      [['psnr', '--sigma'], /Unknown option/],
    ];
    for (const [args, expected] of problems) {
      const { problem, output, status } = await run(args);
      expect(problem).toMatch(expected);
      expect([output, status]).toEqual(['', 2]);
    }
    const { output, status } = await run(['--help']);
    expect(output).toMatch(/deflow-metrics METRICS IMAGE/);
    expect(status).toBe(0);
  });

  it.skipIf(!haveVectors)('measures without reference', async () => {
    const file = vectorPath('utlive-niqe/modelparameters.mat');
    const { output } = await run(['niqe,piqe', at('a/one.png'), '--niqe-model', file, '--json']);
    const expected = niqe(first, { model: await readNiqeModel(file) });
    expect(JSON.parse(output).images[0].niqe).toBeCloseTo(expected, 12);
    const stored = await run(['niqe', at('a/one.png'), '--weights', vectorPath('utlive-niqe'), '--json']);
    expect(JSON.parse(stored.output).images[0].niqe).toBeCloseTo(expected, 12);
  });
});
