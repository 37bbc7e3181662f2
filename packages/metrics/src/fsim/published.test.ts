import { describe, expect, it } from 'vitest';
import { haveVectors, peerPair, tiledPair, vectorImage, vectorJson } from '../../test/vectors.ts';
import { fsim, gmsd, haarPsi, mdsi, msGmsd, vifp } from '../index.ts';

describe.skipIf(!haveVectors)('GMSD, VIFp, FSIM, HaarPSI and MDSI of published pairs (shared/vectors/metrics)', () => {
  it.each(['p1', 'p2', 'p3'])('%s: piq in float64', async (name) => {
    const { image, reference } = await peerPair(name);
    const { metrics } = vectorJson('peers/expected.json').pairs[name];
    expect(gmsd(image, reference)).toBeCloseTo(metrics.gmsd.piq, 11);
    expect(msGmsd(image, reference)).toBeCloseTo(metrics.ms_gmsd.piq, 11);
    expect(msGmsd(image, reference, { chromatic: true })).toBeCloseTo(metrics.ms_gmsdc.piq, 11);
    expect(vifp(image, reference)).toBeCloseTo(metrics.vifp.piq, 11);
    expect(vifp(reference, image)).toBeCloseTo(metrics.vifp_swapped.piq, 11);
    expect(haarPsi(image, reference)).toBeCloseTo(metrics.haarpsi.piq, 11);
    expect(haarPsi(image, reference, { subsample: false })).toBeCloseTo(metrics.haarpsi_nosub.piq, 11);
    expect(mdsi(image, reference)).toBeCloseTo(metrics.mdsi.piq, 11);
    expect(mdsi(reference, image)).toBeCloseTo(metrics.mdsi_swapped.piq, 11);
    expect(mdsi(image, reference, { combination: 'product' })).toBeCloseTo(metrics.mdsi_mult.piq, 11);
    expect(fsim(image, reference)).toBeCloseTo(metrics.fsimc.piq, 11);
    if (name === 'p2') expect(fsim(image, reference, { chromatic: false })).toBeCloseTo(metrics.fsim.piq, 11);
  });

  it.each(['p1_x2', 'p3_x3', 'p2_x4'])('%s: FSIM and MDSI shrink larger pictures first', async (key) => {
    const { image, reference } = await tiledPair(key);
    const { metrics } = vectorJson('peers/expected.json').tiled[key];
    expect(mdsi(image, reference)).toBeCloseTo(metrics.mdsi.piq, 11);
    if (key !== 'p3_x3') expect(fsim(image, reference)).toBeCloseTo(metrics.fsimc.piq, 11);
  });

  it.each(['I03', 'I04'])('%s: the official programs', async (name) => {
    const image = await vectorImage(`IQA-PyTorch/dist_dir/${name}.bmp`);
    const reference = await vectorImage(`IQA-PyTorch/ref_dir/${name}.bmp`);
    const { official } = vectorJson('IQA-PyTorch/expected.json');
    const value = gmsd(image, reference, { convention: 'matlab' });
    expect(value).toBeCloseTo(official.gmsd_matlab_rgb2gray.values[name], 11);
    if (name === 'I03') expect(fsim(image, reference)).toBeCloseTo(official.fsim.values[name], 3);
  });
});
