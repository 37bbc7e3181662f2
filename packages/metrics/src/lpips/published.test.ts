import { grad, memory, sum, type Tensor4D, tensor2d, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { formulaBackbone } from '../../test/conformance/formula-weights.ts';
import { hashed } from '../../test/conformance/pictures.ts';
import { haveVectors, peerPair, vectorBytes, vectorJson } from '../../test/vectors.ts';
import type { NetworkName } from '../backbones/networks.ts';
import { decodeTensors, type NamedTensors } from '../backbones/weights.ts';
import { channelMeans } from '../tensors/totals.ts';
import { createLpips, type Lpips } from '../tensors.ts';
import { differenceMaps } from './lpips.ts';
import { type LpipsVariant, type LpipsVersion, lpipsHeads, lpipsWeights } from './weights.ts';

const variants = (['0.0', '0.1'] as const).flatMap((version) =>
  (['alex', 'vgg', 'squeeze'] as const).map((network): LpipsVariant => ({ version, network })),
);
const headsOf = ({ network, version }: LpipsVariant) =>
  decodeTensors(vectorBytes(`PerceptualSimilarity/weights/v${version}/${network}.pth`));

describe.skipIf(!haveVectors)('LPIPS with published numbers (shared/vectors/metrics)', () => {
  const backbones = new Map<NetworkName, NamedTensors>();
  const models = new Map<string, Lpips>();
  const model = ({ network, version }: LpipsVariant): Lpips => {
    const key = `v${version}/${network}`;
    if (!backbones.has(network)) backbones.set(network, formulaBackbone(network));
    const variant = { network, version };
    if (!models.has(key))
      models.set(key, createLpips(lpipsWeights(variant, backbones.get(network)!, headsOf(variant))));
    return models.get(key)!;
  };
  afterAll(() => {
    for (const each of models.values()) each.dispose();
  });

  it.each(variants)('the head of v$version $network weighs given features', ({ network, version }) => {
    const expected = vectorJson('synthetic.json').lpips_head.cases[`v${version}/${network}`];
    const heads = lpipsHeads({ network, version }, headsOf({ network, version }));
    const before = memory().numTensors;
    const [weighted, plain] = tidy(() => {
      const grid = (channels: number, value: (c: number, i: number, j: number) => number) =>
        tensor4d(
          Float32Array.from({ length: 12 * channels }, (_, at) => {
            const place = Math.floor(at / channels);
            return Math.max(0, value((at % channels) + 1, Math.floor(place / 4) + 1, (place % 4) + 1));
          }),
          [1, 3, 4, channels],
        );
      const features = heads.map((head, k) => grid(head.length, (c, i, j) => Math.sin(0.1 * c * i + 0.2 * j + k)));
      const others = heads.map((head, k) => grid(head.length, (c, i, j) => Math.cos(0.07 * c * j - 0.3 * i + k)));
      const means = (maps: Tensor4D[]) => maps.map((map) => channelMeans(map).dataSync()[0]!);
      const columns = heads.map((head) => tensor2d(head, [head.length, 1]));
      return [means(differenceMaps(features, others, columns)), means(differenceMaps(features, others, undefined))];
    }) as unknown as [number[], number[]];
    expect(memory().numTensors).toBe(before);
    expected.layers.forEach((layer: { lin_mean: number; unweighted_mean: number }, k: number) => {
      expect(Math.abs(weighted[k]! - layer.lin_mean)).toBeLessThan(1e-7);
      expect(Math.abs(plain[k]! - layer.unweighted_mean)).toBeLessThan(1e-6);
    });
    expect(Math.abs(weighted.reduce((all, value) => all + value) - expected.lpips)).toBeLessThan(1e-6);
  });

  const gradientRecords: number[] = [];
  const cases = variants.flatMap((variant) => ['p1', 'p2', 'p3'].map((pair) => ({ ...variant, pair })));

  it.each(cases)('v$version $network, $pair: distance, places and gradient of formula weights', async (given) => {
    const { pair, network, version } = given as { pair: string; network: NetworkName; version: LpipsVersion };
    const expected = vectorJson('peers/expected.json').lpips.pairs[pair][`v${version}/${network}`];
    const { image, reference } = await peerPair(pair);
    const { width, height } = image;
    const shape = [1, height, width, 3] as [number, number, number, number];
    const lpips = model({ network, version });
    const before = memory().numTensors;
    const other = tensor4d(Float32Array.from(reference.data), shape);
    const distorted = tensor4d(Float32Array.from(image.data), shape);
    const layers = tidy(() => lpips.layers(distorted, other, { range: 255 }).dataSync());
    const [total] = tidy(() => lpips.distance(distorted, other, { range: 255 }).dataSync());
    const [baseline] = tidy(() => lpips.distance(distorted, other, { range: 255, unweighted: true }).dataSync());
    const relative = (value: number, wanted: number) => Math.abs(value - wanted) / Math.abs(wanted);
    const record: Record<string, number> = {
      total: relative(total!, expected.total),
      layers: Math.max(...expected.layers.map((layer: number, k: number) => relative(layers[k]!, layer))),
      baseline: relative(baseline!, expected.baseline),
    };

    // Free of ties among the maxima: noise is added, in the order [channel][row][column].
    const pixels = width * height;
    const dithered = Float32Array.from(image.data, (value, i) => {
      const flat = (i % 3) * pixels + Math.floor(i / 3);
      return value / 127.5 - 1 + 0.004 * (hashed(flat, 5000) - 0.5);
    });
    const [slope, ditheredTotal] = tidy(() => {
      const scaled = tensor4d(
        Float32Array.from(reference.data, (value) => value / 127.5 - 1),
        shape,
      );
      const x = tensor4d(dithered, shape);
      const score = (each: Tensor4D) => sum(lpips.distance(each, scaled, { range: [-1, 1] }));
      return [grad((each) => score(each as Tensor4D))(x).dataSync(), score(x).dataSync()[0]!];
    }) as unknown as [Float32Array, number];
    const ordered = Float64Array.from(slope, (_, flat) => slope[(flat % pixels) * 3 + Math.floor(flat / pixels)]!);
    const length = Math.sqrt(ordered.reduce((all, value) => all + value * value, 0));
    const wanted = expected.gradDithered;
    const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
    const near = (values: number[], others: number[]) =>
      Math.max(...values.map((value, i) => Math.abs(value - others[i]!))) / wanted.maxAbs;
    Object.assign(record, {
      dithered: relative(ditheredTotal, wanted.total),
      length: relative(length, wanted.l2),
      sum: Math.abs(ordered.reduce((all, value) => all + value, 0) - wanted.sum) / wanted.l2,
      cosines:
        Math.abs(ordered.reduce((all, value, i) => all + value * Math.cos(0.01 * i), 0) - wanted.dotCos) / wanted.l2,
      first: near([...ordered.subarray(0, 5)], wanted.first5),
      centre: near(
        [0, 1, 2].map((channel) => ordered[channel * pixels + middle]!),
        wanted.centre,
      ),
    });
    for (const name of ['total', 'layers', 'baseline', 'dithered']) expect(record[name], name).toBeLessThan(1e-6);
    // A single ReLU or maximum that decides otherwise in float32 moves a gradient by up to 1e-2, PyTorch's own by 8e-3.
    const gradientErrors = ['length', 'sum', 'cosines', 'first', 'centre'].map((name) => record[name]!);
    for (const error of gradientErrors) expect(error).toBeLessThan(1e-2);
    gradientRecords.push(Math.max(...gradientErrors));
    other.dispose();
    distorted.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('most gradients have no such decision and agree to five digits', () => {
    const sorted = [...gradientRecords].sort((a, b) => a - b);
    expect(sorted).toHaveLength(18);
    expect(sorted[9]).toBeLessThan(2e-5);
  });
});
