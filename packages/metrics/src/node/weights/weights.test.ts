import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodePyTorch } from '@deflow/checkpoints';
import { readCheckpoint, writeCheckpoint } from '@deflow/checkpoints/node';
import { writeImage } from '@deflow/images/node';
import { tensor4d, tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formulaBackbone, formulaFactors, formulaHeads } from '../../../test/conformance/formula-weights.ts';
import { pictureByFormula } from '../../../test/conformance/pictures.ts';
import { haveVectors, vectorBytes, vectorPath } from '../../../test/vectors.ts';
import { decodeDistsWeights, decodeLpipsWeights, type LpipsWeights } from '../../index.ts';
import { readDistsWeights, readLpipsWeights } from '../../node.ts';
import { createLpips } from '../../tensors.ts';
import { run } from '../command/run.ts';
import { runWeights } from '../command/weights.ts';
import { fetchWeights } from './fetch-weights.ts';
import { weightsFolder } from './folder.ts';

/** Byte by byte, where `toEqual` would take a minute. */
function sameNumbers(a: LpipsWeights, b: LpipsWeights): boolean {
  const numbers = ({ backbone, heads }: LpipsWeights) => [
    ...[...backbone.convolutions.values()].flatMap(({ kernel, bias }) => [kernel, bias]),
    ...heads,
  ];
  const others = numbers(b);
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);
  return numbers(a).length === others.length && numbers(a).every((each, i) => bytes(each).equals(bytes(others[i]!)));
}

describe('weights in files', () => {
  let folder = '';
  let server: Server;
  let host = '';
  const at = (...names: string[]) => join(folder, ...names);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deflow-weights-'));
    server = createServer((request, response) => {
      const file =
        request.url === '/alex.pth' && haveVectors
          ? vectorBytes('PerceptualSimilarity/weights/v0.1/alex.pth')
          : undefined;
      if (file) response.end(file);
      else if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('part');
        setTimeout(() => response.destroy(), 20);
      } else if (request.url === '/other') response.end('something else');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const backbone = formulaBackbone('alex');
    // torchvision's files hold a classifier too, which LPIPS does not use.
    backbone.set('classifier.1.weight', { type: 'float32', shape: [2, 2], data: new Float32Array(4) });
    await writeFile(at('alexnet.pth'), encodePyTorch(backbone, { container: 'legacy' }));
    await writeFile(at('heads.pth'), encodePyTorch(formulaHeads('alex'), { container: 'zip' }));
    await writeCheckpoint(at('factors.safetensors'), formulaFactors());
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are converted: the network without its classifier, and read again', async () => {
    const { output, status } = await runWeights([
      'convert',
      'alexnet',
      '--from',
      at('alexnet.pth'),
      '--folder',
      at('w'),
    ]);
    expect(output).toBe(`${at('w', 'alexnet.safetensors')} (not the published file)\n`);
    expect(status).toBe(0);
    const { tensors, metadata } = await readCheckpoint(at('w', 'alexnet.safetensors'));
    expect(tensors.size).toBe(10);
    expect(metadata.sha256).toMatch(/^[0-9a-f]{64}$/);
    await runWeights(['convert', 'lpips-alex-v0.1', '--from', at('heads.pth'), '--folder', at('w')]);
    const weights = await readLpipsWeights({ folder: at('w') });
    expect([weights.network, weights.version, weights.heads.length]).toEqual(['alex', '0.1', 5]);
    const direct = decodeLpipsWeights({
      network: 'alex',
      version: '0.1',
      backbone: await readFile(at('alexnet.pth')),
      heads: await readFile(at('heads.pth')),
    });
    expect(sameNumbers(weights, direct)).toBe(true);
    const again = await readLpipsWeights({ backbone: at('alexnet.pth'), heads: at('heads.pth') });
    expect(sameNumbers(again, direct)).toBe(true);
  });

  it('that are missing or wrong have errors that say what to do', async () => {
    await expect(readLpipsWeights({ network: 'vgg', folder: at('w') })).rejects.toThrow(
      /vgg16\.safetensors[\s\S]*deflow-metrics weights fetch vgg16/,
    );
    await expect(readDistsWeights({ folder: at('none') })).rejects.toThrow(/weights fetch vgg16/);
    await expect(readLpipsWeights({ backbone: at('heads.pth'), heads: at('heads.pth') })).rejects.toThrow(
      /no weights of alexnet: there is no features\.0\.weight; .* and 6 more/,
    );
    const squeeze = { network: 'squeeze', version: '0.1', backbone: formulaBackbone('squeeze') } as const;
    const wrong = { ...squeeze, backbone: encodePyTorch(squeeze.backbone), heads: await readFile(at('heads.pth')) };
    expect(() => decodeLpipsWeights(wrong)).toThrow(
      /lin1\.model\.1\.weight has the shape \[1,192,1,1\], not \[1,128,1,1\]/,
    );
    // @ts-expect-error there is no such version
    await expect(readLpipsWeights({ version: '0.2' })).rejects.toThrow(/versions 0\.0 and 0\.1/);
    const factors = await readFile(at('factors.safetensors'));
    expect(() => decodeDistsWeights({ backbone: factors, weights: factors })).toThrow(/no weights of vgg16/);
    expect(() => decodeLpipsWeights({ ...wrong, backbone: Uint8Array.of(1, 2, 3) })).toThrow();
  });

  it.skipIf(!haveVectors)('are fetched, verified and stored whole', async () => {
    const seen: number[] = [];
    const options = { address: `${host}/alex.pth`, folder: at('fetched') };
    const stored = await fetchWeights('lpips-alex-v0.1', { ...options, onProgress: (bytes) => seen.push(bytes) });
    expect(stored.published).toBe('verified');
    expect(seen.at(-1)).toBe(6009);
    expect(await readdir(at('fetched'))).toEqual(['lpips-alex-v0.1.safetensors']);
    const { tensors } = await readCheckpoint(stored.path);
    const sum = [...tensors.get('lin0.model.1.weight')!.data].reduce(
      (total, value) => Number(total) + Number(value),
      0,
    );
    expect(sum).toBeCloseTo(2.349532314, 8);
    const dists = await runWeights([
      'fetch',
      'dists',
      '--from',
      vectorPath('DISTS/weights.pt'),
      '--folder',
      at('fetched'),
    ]);
    expect(dists.output).toMatch(/dists\.safetensors \(SHA-256 verified\)/);
    const niqe = vectorPath('utlive-niqe/modelparameters.mat');
    await runWeights(['fetch', 'niqe', '--from', niqe, '--folder', at('fetched')]);
    expect(await readFile(at('fetched', 'modelparameters.mat'))).toEqual(await readFile(niqe));
  });

  it('that do not come, or come altered, leave nothing behind', async () => {
    const attempts: [string, string, string][] = [
      ['/nothing', 'alexnet', 'WeightsDownloadError'],
      ['/cut', 'alexnet', 'WeightsDownloadError'],
      ['/other', 'alexnet', 'WeightsChecksumError'],
    ];
    for (const [path, name, error] of attempts)
      await expect(fetchWeights(name, { address: host + path, folder: at('f') })).rejects.toMatchObject({
        name: error,
      });
    const offline = await runWeights([
      'fetch',
      'vgg16',
      '--address',
      'http://127.0.0.1:1/vgg16.pth',
      '--folder',
      at('f'),
    ]);
    expect(offline.problem).toMatch(/nothing answers[\s\S]*download the file elsewhere[\s\S]*fetch vgg16 --from FILE/);
    expect(offline.status).toBe(2);
    const aborted = fetchWeights('alexnet', { address: `${host}/cut`, folder: at('f'), signal: AbortSignal.abort() });
    await expect(aborted).rejects.toThrow(/abort/i);
    await expect(fetchWeights('alexnet', { from: at('alexnet.pth'), folder: at('f') })).rejects.toThrow(
      /7be5be79\.\.\./,
    );
    await expect(fetchWeights('alexnet', { from: at('no.pth') })).rejects.toThrow(/cannot be read/);
    expect(await readdir(at('f'))).toEqual([]);
  });

  it('have a command that explains itself', async () => {
    expect((await runWeights(['list'])).output).toMatch(/vgg16\n {2}https:.*\n {2}SHA-256 397923af\.\.\.\n/);
    expect((await runWeights([])).output).toMatch(/weights fetch NAME/);
    for (const [args, problem] of [
      [['get'], /list, fetch or convert/],
      [['fetch'], /Give a name/],
      [['fetch', 'resnet'], /Known are alexnet/],
      [['convert', 'alexnet'], /--from FILE/],
      [['fetch', 'alexnet', 'dists', '--from', 'x'], /One file/],
      [['fetch', '--fast'], /Unknown option/],
    ] as const)
      expect((await runWeights(args)).problem).toMatch(problem);
    expect(weightsFolder({ DEFLOW_WEIGHTS: '/w' })).toBe('/w');
    expect(weightsFolder({ XDG_CACHE_HOME: '/c' })).toBe('/c/deflow/weights');
  });

  it('let the command measure LPIPS', async () => {
    const [width, height] = [40, 36];
    const pictures = [1, 2].map((seed) =>
      Uint8Array.from(pictureByFormula(width, height, 3, seed), (value) => Math.round(255 * value)),
    );
    await mkdir(at('p'), { recursive: true });
    for (const [i, data] of pictures.entries())
      await writeImage(at('p', `${i}.png`), { width, height, channels: 3, data });
    const call = ['lpips', at('p', '0.png'), at('p', '1.png'), '--json', '--weights', at('w')];
    const { output, problem } = await run(call);
    expect(problem).toBe('');
    const lpips = createLpips(await readLpipsWeights({ folder: at('w') }));
    const [expected] = tidy(() => {
      const [x, y] = pictures.map((data) => tensor4d(Float32Array.from(data), [1, height, width, 3]));
      return lpips.distance(x!, y!, { range: 255 }).dataSync();
    });
    lpips.dispose();
    expect(JSON.parse(output).images[0].lpips).toBeCloseTo(expected!, 7);
    expect((await run([...call, '--lpips', 'vgg'])).problem).toMatch(/weights fetch vgg16/);
    expect((await run([...call, '--lpips', 'vgg19'])).problem).toMatch(/not alex, vgg or squeeze/);
    expect((await run([...call, '--engine', 'no-such-engine'])).problem).toMatch(/none of no-such-engine/);
    expect((await run(['dists', ...call.slice(1)])).problem).toMatch(/weights fetch vgg16/);
    expect((await run(['weights', 'list'])).output).toMatch(/alexnet/);
  });
});
