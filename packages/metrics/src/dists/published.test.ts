import { grad, memory, sum, type Tensor4D, tensor2d, tensor4d, tidy } from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { formulaBackbone } from '../../test/conformance/formula-weights.ts';
import { hashed } from '../../test/conformance/pictures.ts';
import { haveVectors, peerPair, vectorBytes, vectorJson } from '../../test/vectors.ts';
import { decodeTensors } from '../backbones/weights.ts';
import { createDists, type Dists } from '../tensors.ts';
import { weightedDistance } from './dists.ts';
import { distsFactors, distsWeights, stageChannels } from './weights.ts';

describe.skipIf(!haveVectors)('DISTS with published numbers (shared/vectors/metrics)', () => {
  const factors = () => decodeTensors(vectorBytes('DISTS/weights.pt'));
  let model: Dists | undefined;
  afterAll(() => model?.dispose());

  it('the head weighs given features', () => {
    const expected = vectorJson('synthetic.json').dists_head;
    const { alpha, beta } = distsFactors(factors());
    const total = [...alpha, ...beta].reduce((all, value) => all + value, 0);
    const before = memory().numTensors;
    const distance = tidy(() => {
      const grid = (channels: number, value: (c: number, i: number, j: number) => number) =>
        tensor4d(
          Float32Array.from({ length: 12 * channels }, (_, at) => {
            const place = Math.floor(at / channels);
            return Math.max(0, value((at % channels) + 1, Math.floor(place / 4) + 1, (place % 4) + 1));
          }),
          [1, 3, 4, channels],
        );
      const features = stageChannels.map((count, k) => grid(count, (c, i, j) => Math.sin(0.1 * c * i + 0.2 * j + k)));
      const others = stageChannels.map((count, k) => grid(count, (c, i, j) => Math.cos(0.07 * c * j - 0.3 * i + k)));
      const column = (values: Float32Array) => tensor2d(values, [values.length, 1]);
      const heads = { texture: column(alpha), structure: column(beta) };
      return weightedDistance(features, others, heads).dataSync()[0]!;
    }) as unknown as number;
    expect(memory().numTensors).toBe(before);
    expect(Math.abs(distance / total - expected.score)).toBeLessThan(1e-6);
  });

  it.each(['p1', 'p2', 'p3'])('%s: distance and gradient of formula weights', async (pair) => {
    model ??= createDists(distsWeights(formulaBackbone('vgg'), factors()));
    const dists = model;
    const expected = vectorJson('peers/expected.json').dists.pairs[pair];
    const { image, reference } = await peerPair(pair);
    const { width, height } = image;
    const pixels = width * height;
    const shape = [1, height, width, 3] as [number, number, number, number];
    const before = memory().numTensors;
    const dithered = Float32Array.from(image.data, (value, i) => {
      const flat = (i % 3) * pixels + Math.floor(i / 3);
      return Math.min(Math.max(value / 255 + 0.002 * (hashed(flat, 5000) - 0.5), 0), 1);
    });
    const [piq, normalised, slope, total] = tidy(() => {
      const other = tensor4d(Float32Array.from(reference.data), shape);
      const distorted = tensor4d(Float32Array.from(image.data), shape);
      const scaled = tensor4d(
        Float32Array.from(reference.data, (value) => value / 255),
        shape,
      );
      const x = tensor4d(dithered, shape);
      const score = (each: Tensor4D) => sum(dists.distance(each, scaled, { range: 1, convention: 'piq' }));
      return [
        dists.distance(distorted, other, { range: 255, convention: 'piq' }).dataSync()[0],
        dists.distance(distorted, other, { range: 255 }).dataSync()[0],
        grad((each) => score(each as Tensor4D))(x).dataSync(),
        score(x).dataSync()[0],
      ];
    }) as unknown as [number, number, Float32Array, number];
    expect(memory().numTensors).toBe(before);
    const wanted = expected.gradDithered;
    const relative = (value: number, other: number) => Math.abs(value - other) / Math.abs(other);
    const ordered = Float64Array.from(slope, (_, flat) => slope[(flat % pixels) * 3 + Math.floor(flat / pixels)]!);
    const length = Math.sqrt(ordered.reduce((all, value) => all + value * value, 0));
    const middle = Math.floor(height / 2) * width + Math.floor(width / 2);
    const near = (values: number[], others: number[]) =>
      Math.max(...values.map((value, i) => Math.abs(value - others[i]!))) / wanted.maxAbs;
    const record = {
      piq: relative(piq, expected.piq),
      normalised: relative(normalised, expected.normalised),
      dithered: relative(total, wanted.total),
      length: relative(length, wanted.l2),
      sum: Math.abs(ordered.reduce((all, value) => all + value, 0) - wanted.sum) / wanted.l2,
      cosines:
        Math.abs(ordered.reduce((all, value, i) => all + value * Math.cos(0.01 * i), 0) - wanted.dotCos) / wanted.l2,
      first: near([...ordered.subarray(0, 5)], wanted.first5),
      centre: near(
        [0, 1, 2].map((channel) => ordered[channel * pixels + middle]!),
        wanted.centre,
      ),
    };
    for (const name of ['piq', 'normalised', 'dithered'] as const) expect(record[name], name).toBeLessThan(3e-6);
    for (const name of ['length', 'sum', 'cosines', 'first', 'centre'] as const)
      expect(record[name], name).toBeLessThan(2e-3);
  });
});
