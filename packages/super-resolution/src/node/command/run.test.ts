import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Image } from '@deflow/images';
import { readImage, writeImage } from '@deflow/images/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUpscaler, rrdbNet } from '../../index.ts';
import { writeSuperResolution } from '../super-resolution-file.ts';
import { run } from './run.ts';

const random = createRandom('command');
const picture = (width: number, height: number): Image<Uint8Array> => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)),
});

describe('deflow-upscale', () => {
  let folder = '';
  const at = (...names: string[]) => join(folder, ...names);
  const network = rrdbNet({ scale: 2, features: 4, growth: 2, blocks: 1, random });
  const engine = async () => ({ name: 'test' });
  const first = picture(12, 10);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deflow-upscale-'));
    for (const name of ['in', 'empty']) await mkdir(at(name));
    await writeImage(at('in', 'one.png'), first);
    await writeImage(at('in', 'two.png'), picture(9, 7));
    await writeSuperResolution(at('model.pth'), network, { names: 'esrgan' });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('enlarges a folder, telling how far it is', async () => {
    const shares: number[] = [];
    const args = [at('in'), '--model', at('model.pth'), '--out', at('out'), '--tile', '8', '--overlap', '2'];
    const { status, output, problem } = await run(args, {
      engine,
      onProgress: (done, total) => shares.push(done / total),
    });
    expect([status, problem]).toEqual([0, '']);
    expect(output).toContain('2 of 2 enlarged x2 (test)');
    expect((await readdir(at('out'))).sort()).toEqual(['one.png', 'two.png']);
    expect(shares.at(-1)).toBe(1);
    expect(shares.every((share, index) => index === 0 || share >= shares[index - 1]!)).toBe(true);
    const wanted = await createUpscaler(network).upscale(first, { tile: 8, overlap: 2 });
    expect(Array.from((await readImage(at('out', 'one.png'))).data)).toEqual(Array.from(wanted.data));
  });

  it('enlarges one file into another', async () => {
    const { status } = await run([at('in', 'two.png'), '--model', at('model.pth'), '--out', at('large.webp')], {
      engine,
    });
    expect(status).toBe(0);
    expect((await readImage(at('large.webp'))).width).toBe(18);
  });

  it('names the pictures that failed and goes on', async () => {
    const args = [at('model.pth'), at('in', 'one.png'), '--model', at('model.pth'), '--out', at('some')];
    const { status, output, problem } = await run(args, { engine });
    expect(status).toBe(1);
    expect(problem).toContain('model.pth: ');
    expect(output).toContain('1 of 2 enlarged');
  });

  it('explains wrong calls', async () => {
    const model = ['--model', at('model.pth')];
    const problems: [string[], RegExp][] = [
      [[], /Give pictures/],
      [[at('nowhere'), ...model, '--out', at('out')], /no file or folder/],
      [[at('empty'), ...model, '--out', at('out')], /holds no PNG/],
      [[at('in'), ...model, '--out', at('x.png')], /give a folder/],
      [[at('in'), ...model, '--out', at('in')], /would be overwritten/],
      [[at('in'), ...model, '--out', at('out'), '--tile', 'big'], /no whole number/],
      [[at('in'), ...model, '--out', at('out'), '--precision', 'int8'], /no precision int8/],
      [[at('in'), '--model', at('in', 'one.png'), '--out', at('out')], /neither a PyTorch file/],
      [[at('in'), '--sharp'], /Unknown option[\s\S]*See deflow-upscale --help/],
    ];
    for (const [args, expected] of problems) {
      const { problem, output, status } = await run(args, { engine });
      expect(problem).toMatch(expected);
      expect([output, status]).toEqual(['', 2]);
    }
    expect((await run(['--help'])).output).toMatch(/deflow-upscale INPUT/);
  });
});
