import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePyTorch } from '@deflow/checkpoints';
import { readImage, writeImage } from '@deflow/images/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formulaInception } from '../../../test/conformance/formula-weights.ts';
import { pictureByFormula } from '../../../test/conformance/pictures.ts';
import { frechetDistance, kernelDistance, sceneFeatures } from '../../index.ts';
import { readInceptionWeights } from '../../node.ts';
import { createInception } from '../../tensors.ts';
import { run } from './run.ts';

describe('deflow-metrics of two folders', () => {
  let folder = '';
  const at = (...names: string[]) => join(folder, ...names);
  const paths = (name: string, count: number) => Array.from({ length: count }, (_, i) => at(name, `${i}.png`));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deflow-distances-'));
    await writeFile(at('inception.pth'), encodePyTorch(formulaInception()));
    for (const [name, count] of [
      ['a', 2],
      ['b', 3],
      ['alpha', 1],
    ] as const) {
      await mkdir(at(name));
      for (const [i, path] of paths(name, count).entries()) {
        const channels = name === 'alpha' ? 4 : 3;
        const samples = pictureByFormula(200, 104, channels, name === 'a' ? i : i + 7);
        await writeImage(path, {
          width: 200,
          height: 104,
          channels,
          data: Uint8Array.from(samples, (value) => 255 * value),
        });
      }
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('compares them by FID and KID with the weights that are given', async () => {
    const seen: string[] = [];
    const call = ['fid,kid', at('a'), at('b'), '--inception', at('inception.pth')];
    const { output, problem, status } = await run([...call, '--json', '--convention', 'clean'], {
      onProgress: (done, total) => seen.push(`${done}/${total}`),
    });
    const inception = createInception(await readInceptionWeights({ file: at('inception.pth') }), {
      convention: 'clean',
    });
    const features = (name: string, count: number) =>
      inception.featuresOf(paths(name, count).map((path) => () => readImage(path)));
    const [images, references] = [await features('a', 2), await features('b', 3)];
    inception.dispose();
    const found = JSON.parse(output);
    expect(found.fid / frechetDistance(images, references)).toBeCloseTo(1, 5);
    expect(found.kid / kernelDistance(images, references)).toBeCloseTo(1, 4);
    expect([found.images, found.references, status]).toEqual([2, 3, 0]);
    expect(problem).toMatch(/FID of 2 pictures comes out too large: it wants 2048/);
    expect([seen[0], seen.at(-1)]).toEqual(['0/5', '5/5']);
  });

  it('compares them by the features of scenes, without a network', async () => {
    const features = async (name: string, count: number) =>
      (await Promise.all(paths(name, count).map(readImage))).flatMap((image) => sceneFeatures(image));
    const [images, references] = [await features('a', 2), await features('b', 3)];
    const { output, problem } = await run(['scene-fid,scene-kid', at('a'), at('b'), '--csv']);
    expect(problem).toBe('');
    const scores = [frechetDistance(images, references), kernelDistance(images, references)];
    expect(output).toBe(`scene-fid,scene-kid,images,references\n${scores.join(',')},2,3\n`);
    const table = await run(['scene-fid', at('a'), at('b')]);
    expect(table.output.split(/\s+/).filter(Boolean)).toEqual([
      'scene-fid',
      'images',
      'references',
      scores[0]!.toPrecision(6),
      '2',
      '3',
    ]);
  });

  it('says what is missing or wrong', async () => {
    const problems: [string[], RegExp][] = [
      [['fid', at('a'), at('b'), '--weights', at('none')], /inception\.safetensors[\s\S]*weights fetch inception/],
      [['kid', at('a'), at('b'), '--inception', at('no.pth')], /no\.pth[\s\S]*weights fetch inception/],
      [['fid,psnr', at('a'), at('b')], /fid compare folders as wholes/],
      [['scene-fid', at('a')], /give a second one/],
      [['scene-fid', at('a'), at('b', '0.png')], /0\.png is no folder/],
      [['scene-fid', at('a'), at('b'), '--crop-border', '4'], /does not go with scene-fid/],
      [['scene-kid', at('a'), at('alpha')], /alpha.*0\.png: An image of 4 channels has alpha/],
      [['fid', at('a'), at('b'), '--convention', 'keras'], /pytorch, tensorflow, clean/],
    ];
    for (const [args, expected] of problems) {
      const { problem, output, status } = await run(args);
      expect(problem).toMatch(expected);
      expect([output, status]).toEqual(['', 2]);
    }
  });

  it('ends when it is interrupted', async () => {
    const control = new AbortController();
    const outcome = run(['scene-fid', at('a'), at('b')], { signal: control.signal, onProgress: () => control.abort() });
    expect(await outcome).toEqual({ output: '', problem: expect.stringMatching(/Interrupted/), status: 130 });
  });
});
