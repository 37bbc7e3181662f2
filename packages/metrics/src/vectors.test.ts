import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { haveVectors, peerPair, tiledPair, vectorImage, vectorJson, vectorPath } from '../test/vectors.ts';
import { brisqueFeatures } from './brisque/features.ts';
import { gaussianWindow } from './filters/windows.ts';
import { fsim, msSsim, niqe, psnr, sceneFeatures, ssim } from './index.ts';
import { inColour } from './input/colour.ts';
import { fitAsymmetricGaussian, sidedMoments } from './natural-scenes/asymmetric-gaussian.ts';
import { readNiqeModel } from './node.ts';

const near = (values: ArrayLike<number>, expected: readonly number[]) =>
  expected.reduce((most, value, i) => Math.max(most, Math.abs(values[i]! - value) / Math.max(1, Math.abs(value))), 0);

/** What the tests beside the metrics leave over: steps on the way, printed digits, further conventions. */
describe.skipIf(!haveVectors)('the remaining values of shared/vectors/metrics', () => {
  const computed = haveVectors ? vectorJson('computed.json') : { no_reference: {}, full_reference: {} };
  const pictures = Object.entries(computed.no_reference).filter(([name]) => existsSync(vectorPath(name)));

  it.each(pictures)('%s: grey and, where nothing is flat, all features', async (name, expected) => {
    const image = await vectorImage(name);
    const { width, height, planes } = inColour(image, 'rgb2gray', 0);
    const hash = createHash('sha256').update(Uint8Array.from(planes[0]!)).digest('hex');
    expect(hash).toBe(expected.gray_sha256_uint8);
    const blocks = sceneFeatures(image);
    if (expected.niqe_blocks === blocks.length && expected['flat_pixels_scale1(|mscn|<1e-10)'] === 0) {
      expect(near(blocks[0]!, expected.niqe_first_block_features36)).toBeLessThan(1e-10);
      const mean = blocks[0]!.map((_, i) => blocks.reduce((sum, block) => sum + block[i]!, 0) / blocks.length);
      expect(near(mean, expected.niqe_feature_mean36)).toBeLessThan(1e-10);
      const features = brisqueFeatures({ width, height, data: planes[0]! }, 'zeroed');
      expect(near(features, expected.brisque_features36)).toBeLessThan(1e-10);
    }
  });

  const pairs = Object.entries(computed.full_reference).filter(
    ([, { ref, dist }]) => existsSync(vectorPath(ref)) && existsSync(vectorPath(dist)),
  );

  it.each(pairs)('%s: grey and SSIM of scikit-image with a Gaussian window', async (_, expected) => {
    const [image, reference] = [await vectorImage(expected.dist), await vectorImage(expected.ref)];
    for (const [picture, side] of [
      [image, 'dist'],
      [reference, 'ref'],
    ] as const) {
      const grey = inColour(picture, 'rgb2gray', 0).planes[0]!;
      const hash = createHash('sha256').update(Uint8Array.from(grey)).digest('hex');
      expect(hash).toBe(expected[`gray_sha256_uint8_${side}`]);
    }
    const key = image.channels === 1 ? 'ssim_skimage_gauss_popcov' : 'ssim_skimage_gauss_popcov_rgb';
    expect(ssim(image, reference)).toBeCloseTo(expected[key]!, 11);
    expect(ssim(image, reference, { convention: 'wang' })).toBeCloseTo(expected.ssim_gray_gauss_valid!, 11);
    if (image.channels === 1) {
      expect(ssim(image, reference, { convention: 'matlab' })).toBeCloseTo(expected.ssim_gray_matlab_ssim_m!, 11);
      expect(msSsim(image, reference)).toBeCloseTo(expected.msssim_gray_product!, 11);
      expect(msSsim(image, reference, { combination: 'sum' })).toBeCloseTo(expected.msssim_gray_weighted_sum!, 11);
    }
  });

  it.each(['I03', 'I04'])('%s: printed digits of PSNR and SSIM', async (name) => {
    const { official } = vectorJson('IQA-PyTorch/expected.json');
    const image = await vectorImage(`IQA-PyTorch/dist_dir/${name}.bmp`);
    const reference = await vectorImage(`IQA-PyTorch/ref_dir/${name}.bmp`);
    expect(Math.abs(psnr(image, reference) - official.psnr_rgb_skimage.values[name])).toBeLessThan(1e-6);
    const digits = official.ssim_matlab_rgb2gray_no_downsample.values[name];
    expect(ssim(image, reference, { convention: 'wang' }).toFixed(4)).toBe(digits.toFixed(4));
  });

  it('the printed digits of NIQE in MATLAB where nothing is flat', async () => {
    const { niqe_rgb2gray } = vectorJson('utlive-niqe/expected.json');
    const model = await readNiqeModel(vectorPath('utlive-niqe/modelparameters.mat'));
    const value = niqe(await vectorImage('utlive-niqe/image2.bmp'), { model });
    expect(value.toFixed(4)).toBe(niqe_rgb2gray['image2.bmp'].toFixed(4));
    const { class_default_gray } = vectorJson('BasicSR/expected.json').values.niqe_baboon_mmagic;
    const baboon = await vectorImage('BasicSR/baboon.png');
    expect(Math.abs(niqe(baboon, { model, colour: 'luma-rounded' }) - class_default_gray)).toBeLessThan(1e-4);
  });

  it.each(['p1', 'p2', 'p3'])('%s: further conventions of the peers', async (name) => {
    const { image, reference } = await peerPair(name);
    const { metrics } = vectorJson('peers/expected.json').pairs[name];
    const uniform = ssim(image, reference, { convention: 'skimage' });
    expect(uniform).toBeCloseTo(metrics.ssim.skimage_default_uint8, 12);
    expect(psnr(image, reference)).toBeCloseTo(metrics.psnr.skimage_uint8, 10);
    expect(fsim(image, reference, { chromatic: false })).toBeCloseTo(metrics.fsim.piq, 11);
    // pyiqa pads odd sizes with zeros; its window is float32.
    if (name !== 'p3') {
      const grey = msSsim(image, reference, { convention: 'piq', colour: 'luma-rounded' });
      expect(Math.abs(grey - metrics.ms_ssim_gray299_rounded.pyiqa)).toBeLessThan(1e-5);
      const torch = msSsim(image, reference, { convention: 'piq' });
      expect(torch).toBeCloseTo(metrics.ms_ssim.pytorch_msssim_win64, 10);
    }
  });

  it.each(['p1_x2', 'p2_x4', 'p3_x3'])('%s: FSIM with and without colour', async (key) => {
    const { image, reference } = await tiledPair(key);
    const { metrics } = vectorJson('peers/expected.json').tiled[key];
    expect(fsim(image, reference)).toBeCloseTo(metrics.fsimc.piq, 11);
    expect(fsim(image, reference, { chromatic: false })).toBeCloseTo(metrics.fsim.piq, 11);
  });

  it('windows, the asymmetric Gaussian and constants', () => {
    const { windows, aggd, ssim_constants } = vectorJson('synthetic.json');
    const [seven, eleven] = [gaussianWindow(7, 7 / 6), gaussianWindow(11, 1.5)];
    const square = Float64Array.from({ length: 49 }, (_, i) => seven[Math.floor(i / 7)]! * seven[i % 7]!);
    expect(near(square, windows['gauss7_sigma7/6'])).toBeLessThan(1e-15);
    expect(near(eleven, windows['gauss11_sigma1.5_row'])).toBeLessThan(1e-15);
    const data = Float64Array.from(
      { length: 2000 },
      (_, k) => (Math.sin(0.7 * k) + 0.3 * Math.sin(0.013 * k * k) - 0.1) ** 3,
    );
    const fit = fitAsymmetricGaussian(sidedMoments({ data, stride: 50, x: 0, y: 0, width: 50, height: 40 }));
    const scales = [fit.shape, fit.left, fit.right, fit.left * fit.scaleFactor, fit.right * fit.scaleFactor];
    expect(near(scales, [aggd.alpha, aggd.leftstd, aggd.rightstd, aggd.betal, aggd.betar])).toBeLessThan(1e-12);
    const constant = (value: number) => ({
      width: 32,
      height: 32,
      channels: 3 as const,
      data: new Uint8Array(32 * 32 * 3).fill(value),
    });
    expect(ssim(constant(1), constant(2))).toBeCloseTo(ssim_constants.const1_vs_const2_range255, 12);
    // mmagic's test of Y gives seven digits.
    expect(ssim(constant(1), constant(2), { colour: 'y601' }).toFixed(7)).toBe('0.9987801');
  });
});
