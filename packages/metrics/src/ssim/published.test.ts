import type { Image } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { haveVectors, peerPair, tiledPair, vectorImage, vectorJson } from '../../test/vectors.ts';
import { type MeasuredImage, msSsim, psnr, ssim, ssimMap } from '../index.ts';

/** Y in the single precision of BasicSR: its table differs by 1e-6 from that in double precision. */
function singleY({ width, height, data }: Image<Uint8Array>): MeasuredImage {
  const { fround } = Math;
  const y = Float32Array.from({ length: width * height }, (_, i) => {
    const [r, g, b] = [0, 1, 2].map((channel) => fround(data[3 * i + channel]! / 255)) as [number, number, number];
    return fround(fround((24.966 * b + 128.553 * g + 65.481 * r + 16) / 255) * 255);
  });
  return { width, height, channels: 1, data: y, range: 255 };
}

describe.skipIf(!haveVectors)('PSNR, SSIM and MS-SSIM of published pairs (shared/vectors/metrics)', () => {
  const computed = haveVectors ? vectorJson('computed.json').full_reference : {};

  it.each(['pyiqa/I03', 'pyiqa/I04', 'BasicSR/baboon', 'BasicSR/comic'])(
    '%s, by an independent program',
    async (key) => {
      const expected = computed[key];
      const image = await vectorImage(expected.dist);
      const reference = await vectorImage(expected.ref);
      expect(psnr(image, reference)).toBeCloseTo(expected.psnr_all_channels, 10);
      expect(psnr(image, reference, { colour: 'y601' })).toBeCloseTo(expected.psnr_y601_unrounded, 10);
      expect(ssim(image, reference)).toBeCloseTo(expected.ssim_rgb_mean_gauss_valid, 11);
      expect(ssim(image, reference, { colour: 'y601' })).toBeCloseTo(expected.ssim_y601_unrounded_gauss_valid, 11);
      expect(ssim(image, reference, { convention: 'wang' })).toBeCloseTo(expected.ssim_gray_gauss_valid, 11);
      expect(ssim(image, reference, { convention: 'matlab' })).toBeCloseTo(expected.ssim_gray_matlab_ssim_m, 11);
      const uniform = expected.ssim_skimage_default_uniform7_samplecov;
      expect(ssim(image, reference, { convention: 'skimage' })).toBeCloseTo(uniform, 11);
      // That program drops the last row of an odd size at a level, msssim.m mirrors it.
      const digits = key.startsWith('pyiqa') ? 11 : 4;
      expect(msSsim(image, reference)).toBeCloseTo(expected.msssim_gray_product, digits);
      expect(msSsim(image, reference, { combination: 'sum' })).toBeCloseTo(expected.msssim_gray_weighted_sum, digits);
      const colour = msSsim(image, reference, { colour: 'rgb' });
      expect(colour).toBeCloseTo(expected.msssim_rgb_mean_of_channel_products, digits);
    },
  );

  it('camera: the numbers of scikit-image and its tests', async () => {
    const reference = await vectorImage('scikit-image/camera.png');
    const image = await vectorImage('scikit-image/cam_noisy.derived.png');
    const { psnr_ipol, ssim_gauss_popcov_ipol, psnr_skimage_float64 } = vectorJson('scikit-image/expected.json').values;
    const other = vectorJson('scikit-image/expected.json').values['ssim_default_0.17'].value;
    expect(psnr(image, reference)).toBeCloseTo(psnr_skimage_float64, 11);
    expect(psnr(image, reference)).toBeCloseTo(psnr_ipol.value, psnr_ipol.decimal - 1);
    expect(ssim(image, reference, { convention: 'wang' })).toBeCloseTo(ssim_gauss_popcov_ipol.skimage_float64, 12);
    expect(ssim(image, reference, { convention: 'skimage' })).toBeCloseTo(other, 7);
  });

  it.each(['baboon', 'comic'])('%s: the table of BasicSR, border of 4 pixels cut off', async (name) => {
    const expected = vectorJson('BasicSR/expected.json').values.psnr_ssim_crop4_bic_vs_gt[name];
    const image = await vectorImage(`BasicSR/bic_x4_${name}.derived.png`);
    const reference = await vectorImage(`BasicSR/gt_${name}.png`);
    for (const [metric, measure] of [['psnr', psnr] as const, ['ssim', ssim] as const]) {
      const rgb = measure(image, reference, { cropBorder: 4 });
      expect(Math.abs(rgb - expected[`${metric}_rgb`])).toBeLessThan(1e-6);
      const y = measure(singleY(image), singleY(reference), { cropBorder: 4 });
      expect(Math.abs(y - expected[`${metric}_y`])).toBeLessThan(1e-6);
      expect(measure(image, reference, { colour: 'y601', cropBorder: 4 })).toBeCloseTo(y, 5);
    }
  });

  it('I03, I04: the weighted sum is what official tables call MS-SSIM', async () => {
    const { ms_ssim_matlab_rgb2gray } = vectorJson('IQA-PyTorch/expected.json').official;
    for (const name of ['I03', 'I04']) {
      const pair = [`IQA-PyTorch/dist_dir/${name}.bmp`, `IQA-PyTorch/ref_dir/${name}.bmp`].map(vectorImage);
      const [image, reference] = await Promise.all(pair);
      const value = msSsim(image!, reference!, { combination: 'sum' });
      expect(value).toBeCloseTo(ms_ssim_matlab_rgb2gray.values[name], 4);
    }
  });

  it.each(['p1', 'p2', 'p3'])('%s: scikit-image, piq, pytorch-msssim and pyiqa', async (name) => {
    const { image, reference } = await peerPair(name);
    const { metrics } = vectorJson('peers/expected.json').pairs[name];
    expect(psnr(image, reference)).toBeCloseTo(metrics.psnr.skimage, 10);
    expect(psnr(image, reference, { convention: 'piq' })).toBeCloseTo(metrics.psnr.piq, 10);
    expect(psnr(image, reference, { convention: 'piq', colour: 'luma' })).toBeCloseTo(metrics.psnr_gray299.piq, 10);
    expect(ssim(image, reference)).toBeCloseTo(metrics.ssim.skimage_gauss, 10);
    expect(ssim(image, reference, { convention: 'piq' })).toBeCloseTo(metrics.ssim.piq, 10);
    expect(ssim(image, reference, { convention: 'skimage' })).toBeCloseTo(metrics.ssim.skimage_default, 10);
    expect(ssim(image, reference, { colour: 'luma' })).toBeCloseTo(metrics.ssim.skimage_gauss_gray299, 10);
    // pyiqa's window is float32, and some pixels of p1 lie between two grey levels.
    const pyiqa = ssim(image, reference, { convention: 'pyiqa' });
    expect(Math.abs(pyiqa - metrics.ssim_gray299_rounded.pyiqa)).toBeLessThan(6e-6);
    expect(msSsim(image, reference, { convention: 'piq' })).toBeCloseTo(metrics.ms_ssim.piq, 10);
  });

  it.each(['p1_x2', 'p3_x3', 'p2_x4'])('%s: piq shrinks larger pictures first', async (key) => {
    const { image, reference } = await tiledPair(key);
    const { metrics } = vectorJson('peers/expected.json').tiled[key];
    expect(ssim(image, reference, { convention: 'piq' })).toBeCloseTo(metrics.ssim.piq, 10);
  });

  it('the map has the mean that the score is', async () => {
    const { image, reference } = await peerPair('p2');
    const map = ssimMap(image, reference);
    expect([map.width, map.height, map.planes.length]).toEqual([214, 182, 3]);
    const means = map.planes.map((plane) => plane.reduce((sum, value) => sum + value, 0) / plane.length);
    expect(means.reduce((sum, mean) => sum + mean, 0) / 3).toBeCloseTo(ssim(image, reference), 12);
  });
});
