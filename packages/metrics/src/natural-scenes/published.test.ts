import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { haveVectors, vectorBytes, vectorImage, vectorJson, vectorPath } from '../../test/vectors.ts';
import { brisque, decodeNiqeModel, type MeasuredImage, niqe, piqe, piqeBlocks } from '../index.ts';
import { readBrisqueModel, readNiqeModel } from '../node.ts';

const niqeModel = () => readNiqeModel(vectorPath('utlive-niqe/modelparameters.mat'));
const brisqueModel = () =>
  readBrisqueModel(vectorPath('utlive-BRISQUE/allmodel'), vectorPath('utlive-BRISQUE/allrange'));

describe.skipIf(!haveVectors)('NIQE, BRISQUE and PIQE of published pictures (shared/vectors/metrics)', () => {
  const pictures = haveVectors
    ? Object.entries(vectorJson('computed.json').no_reference).filter(([name]) => existsSync(vectorPath(name)))
    : [];

  it.each(pictures)('%s, by an independent program', async (name, expected) => {
    const image = await vectorImage(name);
    const model = await niqeModel();
    expect(niqe(image, { model })).toBeCloseTo(expected.niqe_gray_float64_flat_zeroed, 8);
    if (expected.niqe_y601_rounded_flat_zeroed) {
      const y = niqe(image, { model, colour: 'y601-rounded' });
      // Y of three pixels of image2 ends in .5; MATLAB rounds it up, that program to even numbers.
      const digits = name === 'utlive-niqe/image2.bmp' ? 4 : 8;
      expect(y).toBeCloseTo(expected.niqe_y601_rounded_flat_zeroed, digits);
    }
    const svr = await brisqueModel();
    const flatFree = expected['flat_pixels_scale1(|mscn|<1e-10)'] === 0;
    if (flatFree) {
      expect(brisque(image, { model: svr })).toBeCloseTo(expected.brisque_score_libsvm_text_rounding!, 8);
      expect(brisque(image, { model: svr, rounding: 'exact' })).toBeCloseTo(expected.brisque_score_no_rounding!, 8);
    }
    const [score, active, artefacts, noisy] = expected.piqe;
    const judged = piqeBlocks(image);
    expect(judged.score).toBeCloseTo(score, 9);
    const count = (flag: 'active' | 'artefact' | 'noise') => judged.blocks.filter((block) => block[flag]).length;
    expect([count('active'), count('artefact'), count('noise')]).toEqual([active, artefacts, noisy]);
  });

  it('I04 has the numbers of MATLAB', async () => {
    const image = await vectorImage('IQA-PyTorch/dist_dir/I04.bmp');
    const { official } = vectorJson('IQA-PyTorch/expected.json');
    const value = niqe(image, { model: await niqeModel() });
    expect(value).toBeCloseTo(official.niqe_matlab_live_code_rgb2gray.values.I04, 10);
    const score = brisque(image, { model: await brisqueModel() });
    expect(Number(score.toPrecision(6))).toBe(official.brisque_live_code_rgb2gray.values.I04);
    expect(piqe(image).toFixed(2)).toBe(official.piqe_matlab_toolbox.values.I04.toFixed(2));
  });

  it('baboon has the numbers of MATLAB R2021a and of mmagic', async () => {
    const image = await vectorImage('BasicSR/baboon.png');
    const model = await niqeModel();
    const { niqe_y_baboon, niqe_baboon_mmagic: mmagic } = vectorJson('BasicSR/expected.json').values;
    const y = niqe(image, { model, colour: 'y601-rounded' });
    expect(Math.abs(y - niqe_y_baboon.matlab_R2021a)).toBeLessThan(1e-6);
    expect(niqe(image, { model, colour: 'y601-rounded', cropBorder: 6 })).toBeCloseTo(mmagic.y_crop6, 4);
    expect(niqe(image, { model, colour: 'luma-rounded' })).toBeCloseTo(mmagic['gray_0.299'], 4);
    const blue: MeasuredImage = { ...image, channels: 1, data: image.data.filter((_, i) => i % 3 === 2) };
    expect(niqe(blue, { model })).toBeCloseTo(mmagic.blue_channel, 5);
    expect(niqe(blue, { model, cropBorder: 6 })).toBeCloseTo(mmagic.blue_crop6, 4);
  });

  it('reads the same numbers from MAT and npz files', async () => {
    const derived = vectorJson('utlive-niqe/modelparameters.derived.json');
    for (const name of ['utlive-niqe/modelparameters.mat', 'BasicSR/niqe_pris_params.npz']) {
      const model = await decodeNiqeModel(vectorBytes(name));
      expect([...model.mean]).toEqual(derived.mu);
      expect([...model.covariance]).toEqual(derived.cov_rowmajor_36x36.flat());
    }
  });
});
