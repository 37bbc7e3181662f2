import { createRandom, DeFlowError, type Image } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import {
  AlphaChannelError,
  type BrisqueModel,
  BrisqueModelError,
  brisque,
  decodeBrisqueModel,
  decodeNiqeModel,
  encodeNiqeModel,
  FlatImageError,
  fitNiqe,
  ImageTooSmallError,
  InvalidSampleError,
  type NiqeModel,
  NiqeModelError,
  niqe,
  piqe,
  TooFewBlocksError,
} from '../index.ts';
import { ModelFileError, readNiqeModel } from '../node.ts';
import { fitAsymmetricGaussian, sidedMoments } from './asymmetric-gaussian.ts';
import { gamma } from './gamma.ts';

/** Brownian rows with noise: a spectrum somewhat like that of photographs. */
function texture(seed: number, width = 288, height = 192): Image<Uint8Array> {
  const random = createRandom(seed);
  const data = new Uint8Array(width * height * 3);
  let level = 128;
  for (let i = 0; i < width * height; i++) {
    level += 0.05 * (128 - level) + 12 * random.normal();
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.min(Math.max(level + 3 * random.normal(), 0), 255);
  }
  return { width, height, channels: 3, data };
}

const flat = (value: number, width = 192, height = 192): Image<Uint8Array> => ({
  width,
  height,
  channels: 1,
  data: new Uint8Array(width * height).fill(value),
});

/** A regression with one support vector. */
const svr: BrisqueModel = {
  gamma: 0.05,
  rho: -10,
  coefficients: Float64Array.of(3),
  vectors: new Float64Array(36),
  minimum: new Float64Array(36).fill(-1),
  maximum: new Float64Array(36).fill(1),
};

describe('NIQE', () => {
  const model = fitNiqe([texture(1), texture(2), texture(3)]);

  it('scores pictures like those of the model better than others', () => {
    const noise = createRandom(9);
    const noisy = texture(4);
    for (let i = 0; i < noisy.data.length; i++)
      noisy.data[i] = Math.min(Math.max(noisy.data[i]! + 60 * noise.normal(), 0), 255);
    const same = niqe(texture(4), { model });
    expect(same).toBeGreaterThan(0);
    expect(niqe(noisy, { model })).toBeGreaterThan(2 * same);
  });

  it('keeps a fitted model through JSON', async () => {
    const again = await decodeNiqeModel(new TextEncoder().encode(encodeNiqeModel(model)));
    expect([...again.mean]).toEqual([...model.mean]);
    expect([...again.covariance]).toEqual([...model.covariance]);
    expect(niqe(texture(5), { model: again })).toBe(niqe(texture(5), { model }));
  });

  it('fits sharp blocks only', () => {
    const half = texture(6);
    // The right half of the picture is smooth.
    for (let i = 0; i < half.data.length; i++)
      if ((i / 3) % 288 >= 96) half.data[i] = 128 + ((i / 3) % 288 >= 192 ? 1 : 0);
    expect(() => fitNiqe([half], { sharpness: 1 })).toThrow(TooFewBlocksError);
    const all = fitNiqe([half], { sharpness: -1 });
    const sharp = fitNiqe([half]);
    expect(sharp.mean[0]).not.toBeCloseTo(all.mean[0]!, 1);
  });

  it('does not depend on rounding noise where the picture is flat', () => {
    const picture = texture(7);
    picture.data.fill(77, 0, (picture.data.length * 2) / 3);
    const random = createRandom(1);
    // Grey as `rgb2gray` gives it, and the same with the noise that another order of summation could leave.
    const grey = Float64Array.from({ length: 288 * 192 }, (_, i) => picture.data[3 * i]!);
    const given = { width: 288, height: 192, channels: 1 as const, range: 255 };
    const noisy = grey.map((value) => value + 1e-12 * random.normal());
    const score = (data: Float64Array, flat: 'zeroed' | 'raw') =>
      niqe({ ...given, data }, { model, flat, colour: 'luma' });
    expect(score(noisy, 'zeroed')).toBeCloseTo(score(grey, 'zeroed'), 6);
    expect(Math.abs(score(noisy, 'raw') - score(grey, 'raw'))).toBeGreaterThan(0.1);
  });

  it('has a named outcome for pictures it cannot measure', () => {
    const image = texture(1);
    expect(() => niqe(texture(1, 95, 300), { model })).toThrow(ImageTooSmallError);
    expect(() => niqe(image, { model, cropBorder: 49 })).toThrow(ImageTooSmallError);
    expect(() => niqe(texture(1, 96, 96), { model })).toThrow(TooFewBlocksError);
    expect(() => niqe(flat(3), { model })).toThrow(FlatImageError);
    expect(() => niqe({ ...flat(3), height: 48, channels: 4 }, { model })).toThrow(AlphaChannelError);
    const broken = { ...image, data: Float32Array.from(image.data, (value) => value / 255) };
    broken.data[3] = Number.NaN;
    expect(() => niqe(broken, { model })).toThrow(InvalidSampleError);
  });

  it('says what is wrong with a model', async () => {
    const decode = (text: string) => decodeNiqeModel(new TextEncoder().encode(text));
    await expect(decode('hello')).rejects.toThrow(NiqeModelError);
    await expect(decode('{"mean": [1]}')).rejects.toThrow(/no mean and covariance/);
    await expect(decode('{"mean": [1], "covariance": [1]}')).rejects.toThrow(/1 features, not 36/);
    const holed: NiqeModel = { ...model, mean: model.mean.map((value, i) => (i === 3 ? Number.NaN : value)) };
    await expect(decode(encodeNiqeModel(holed).replace('null', '"x"'))).rejects.toThrow(/finite/);
    await expect(decodeNiqeModel(Uint8Array.of(0x50, 0x4b, 3, 4, 0))).rejects.toThrow(NiqeModelError);
    await expect(readNiqeModel('no-such-file.mat')).rejects.toThrow(ModelFileError);
    await expect(readNiqeModel('no-such-file.mat')).rejects.toThrow(/utlive\/niqe/);
  });
});

describe('BRISQUE', () => {
  it('is a regression over the scaled features', () => {
    const near = { ...svr, coefficients: Float64Array.of(0) };
    expect(brisque(texture(1), { model: near })).toBe(10);
    const score = brisque(texture(1), { model: svr });
    expect(score).toBeGreaterThan(10);
    expect(score).toBeLessThan(13);
    expect(brisque(texture(1), { model: svr, rounding: 'exact' })).toBeCloseTo(score, 4);
  });

  it('has a named outcome for pictures it cannot measure', () => {
    expect(() => brisque(texture(1, 13, 40), { model: svr })).toThrow(ImageTooSmallError);
    expect(() => brisque(flat(0), { model: svr })).toThrow(FlatImageError);
  });

  it('says what is wrong with a model', () => {
    const head = 'svm_type epsilon_svr\nkernel_type rbf\ngamma 0.5\ntotal_sv 1\nrho -2\nSV\n';
    const ranges = `x\n-1 1\n${Array.from({ length: 36 }, (_, i) => `${i + 1} 0 ${i + 2}`).join('\n')}\n`;
    const model = decodeBrisqueModel(`${head}1.5 1:0.25 36:-1\n`, ranges);
    expect([model.gamma, model.rho, model.coefficients[0], model.vectors[0], model.vectors[35]]).toEqual([
      0.5, -2, 1.5, 0.25, -1,
    ]);
    expect([model.minimum[35], model.maximum[35]]).toEqual([0, 37]);
    expect(() => decodeBrisqueModel('', ranges)).toThrow(BrisqueModelError);
    expect(() => decodeBrisqueModel(head, ranges)).toThrow(/says 1 support vectors and has 0/);
    expect(() => decodeBrisqueModel(`${head}1 1:1\n`, 'x\n-1 1\n1 0 1\n')).toThrow(/36 features/);
  });
});

describe('PIQE', () => {
  it('is 100 for pictures without structure', () => {
    for (const value of [0, 128, 255]) expect(piqe(flat(value))).toBe(100);
  });

  it('takes pictures of any size', () => {
    for (const [width, height] of [
      [1, 1],
      [15, 33],
      [50, 17],
    ] as const) {
      const score = piqe(texture(1, width, height));
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(100);
    }
    expect(() => piqe(texture(1), { cropBorder: -1 })).toThrow(DeFlowError);
  });
});

describe('asymmetric generalised Gaussians', () => {
  it('fits the sequence of the published example', () => {
    const data = Float64Array.from(
      { length: 2000 },
      (_, k) => (Math.sin(0.7 * k) + 0.3 * Math.sin(0.013 * k * k) - 0.1) ** 3,
    );
    const fit = fitAsymmetricGaussian(sidedMoments({ data, stride: 50, x: 0, y: 0, width: 50, height: 40 }));
    expect(fit.shape).toBeCloseTo(0.799, 12);
    expect(fit.left).toBeCloseTo(0.988454280977526, 12);
    expect(fit.right).toBeCloseTo(0.5534354664618198, 12);
    expect(fit.left * fit.scaleFactor).toBeCloseTo(0.44614533999331996, 12);
  });

  it('has no side without values', () => {
    const data = new Float64Array(16);
    const fit = fitAsymmetricGaussian(sidedMoments({ data, stride: 4, x: 0, y: 0, width: 4, height: 4 }));
    expect(fit.shape).toBe(0.2);
    expect(fit.left).toBeNaN();
  });

  it('multiplies neighbours all around', () => {
    const region = { data: Float64Array.of(0, 1, 2, 0, 3, -4, 0, 5, 6), stride: 3, x: 1, y: 0, width: 2, height: 3 };
    // Moved right by one in rows of two: 1 2, 2 1 | 3 -4, -4 3 | 5 6, 6 5 (the region leaves out the first column).
    const moments = sidedMoments(region, { x: 1, y: 0 });
    expect(moments).toMatchObject({ count: 6, positives: 4, negatives: 2, magnitudes: 4 + 24 + 60 });
  });

  it('has a gamma function', () => {
    expect(gamma(0.5)).toBeCloseTo(Math.sqrt(Math.PI), 14);
    expect(gamma(15) / 87178291200).toBeCloseTo(1, 13);
    expect(gamma(0.1)).toBeCloseTo(9.51350769866873, 12);
  });
});
