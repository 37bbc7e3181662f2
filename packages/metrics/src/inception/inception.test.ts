import { encodePyTorch, encodeSafetensors } from '@deflow/checkpoints';
import { describe, expect, it } from 'vitest';
import { formulaInception } from '../../test/conformance/formula-weights.ts';
import { inceptionError, inceptionKernelDistance } from '../../test/conformance/inception.ts';
import { hashed } from '../../test/conformance/pictures.ts';
import published from '../../test/peers/inception.json' with { type: 'json' };
import { decodeInceptionWeights, frechetDistance, kernelDistance } from '../index.ts';
import { createInception } from '../tensors.ts';
import { inceptionConvolutions } from './layers.ts';
import { inceptionWeights } from './weights.ts';

const featureSet = (count: number, length: number, stream: number, scale: number, offset: number) =>
  Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length }, (_, j) => offset + scale * hashed(i * length + j, stream)),
  );

describe("FID's Inception network", () => {
  it('has the convolutions of pytorch-fid, in order', () => {
    expect(inceptionConvolutions.map(({ key }) => key)).toEqual(published.layers);
  });

  it.each(['pytorch', 'tensorflow', 'clean'] as const)(
    'gives the features of its peers in float64: %s',
    async (convention) => {
      const names = ['299x299x3', '401x333x3', '64x48x3', '97x120x1'] as const;
      expect(await inceptionError(names, convention, 3)).toBeLessThan(1e-5);
    },
  );

  it('gives the KID of its features', async () => {
    const { found, expected } = await inceptionKernelDistance();
    expect(Math.abs(found - expected) / Math.abs(expected)).toBeLessThan(1e-6);
  });

  it('comes with the distances of pytorch-fid and NumPy', () => {
    const [x, y] = [featureSet(90, 24, 1, 1, 0), featureSet(70, 24, 2, 1.2, 0.1)];
    expect(frechetDistance(x, y) / published.sets.frechet).toBeCloseTo(1, 12);
    expect(kernelDistance(x, y) / published.sets.kernel).toBeCloseTo(1, 12);
  });
});

describe('images for the Inception network', () => {
  const inception = createInception(inceptionWeights(formulaInception()));
  const grey = (value: number) => ({
    width: 20,
    height: 30,
    channels: 3 as const,
    data: new Float32Array(1800).fill(value),
  });

  it('may be constant, and have equal features when they are equal', async () => {
    const [first, second, third] = await inception.featuresOf([grey(0.25), grey(0.25), grey(0.75)], { batchSize: 2 });
    expect(first!.every(Number.isFinite)).toBe(true);
    expect(Math.max(...first!.map((value, i) => Math.abs(value - second![i]!)))).toBeLessThan(1e-5);
    expect(frechetDistance([first!, third!], [first!, third!])).toBeCloseTo(0, 4);
  });

  it('may be as small as a pixel', async () => {
    const [pixel] = await inception.featuresOf([{ width: 1, height: 1, channels: 1, data: Uint8Array.of(64) }]);
    const [constant] = await inception.featuresOf([{ ...grey(64 / 255), range: 1 }]);
    expect(Math.max(...pixel!.map((value, i) => Math.abs(value - constant![i]!)))).toBeLessThan(1e-4);
  });

  it('that are unusable end the run with a named error', async () => {
    const named = (name: string) => expect.objectContaining({ name });
    await expect(inception.featuresOf([grey(Number.NaN)])).rejects.toEqual(named('InvalidSampleError'));
    await expect(inception.featuresOf([grey(255)])).rejects.toEqual(named('SampleRangeError'));
    const alpha = { width: 30, height: 15, channels: 4 as const, data: new Float32Array(1800) };
    await expect(inception.featuresOf([alpha])).rejects.toEqual(named('AlphaChannelError'));
    await expect(inception.featuresOf([{ ...grey(0), width: 19 }])).rejects.toEqual(named('ImageSizeError'));
    await expect(inception.featuresOf([grey(0)], { batchSize: 0 })).rejects.toEqual(named('OptionError'));
    // @ts-expect-error there is no such convention
    expect(() => createInception(inceptionWeights(formulaInception()), { convention: 'keras' })).toThrow(/clean/);
    expect(await inception.featuresOf([])).toEqual([]);
  });

  it('are looked at until the run is ended', async () => {
    const control = new AbortController();
    const run = inception.featuresOf([grey(0), grey(1)], {
      batchSize: 1,
      signal: control.signal,
      onProgress: (done) => done === 1 && control.abort(),
    });
    await expect(run).rejects.toThrow(/abort/i);
  });
});

describe("the weights of FID's Inception network", () => {
  it('are read from both containers of PyTorch and from safetensors, with what is not needed', () => {
    const tensors = formulaInception();
    const stem = 'Conv2d_1a_3x3';
    const expected = inceptionWeights(tensors).convolutions.get(stem)!;
    tensors.set('fc.weight', { type: 'float32', shape: [1008, 2], data: new Float32Array(2016) });
    tensors.set(`${stem}.bn.num_batches_tracked`, { type: 'int64', shape: [], data: BigInt64Array.of(0n) });
    for (const bytes of [
      encodePyTorch(tensors, { container: 'zip' }),
      encodePyTorch(tensors, { container: 'legacy' }),
      encodeSafetensors(tensors, {}),
    ]) {
      const { convolutions } = decodeInceptionWeights(bytes);
      expect(convolutions.size).toBe(94);
      expect(convolutions.get(stem)).toEqual(expected);
    }
  });

  it('of other networks are refused, tensor by tensor', () => {
    const missing = formulaInception();
    missing.delete('Mixed_7c.branch_pool.bn.running_var');
    missing.set('Mixed_5b.branch1x1.conv.weight', { type: 'float32', shape: [2], data: new Float32Array(2) });
    missing.set('layer1.0.conv1.weight', { type: 'float32', shape: [2], data: new Float32Array(2) });
    expect(() => inceptionWeights(missing)).toThrow(
      /Mixed_5b\.branch1x1\.conv\.weight has the shape \[2\], not \[64,192,1,1\]; there is no Mixed_7c\.branch_pool\.bn\.running_var; layer1\.0\.conv1\.weight belongs to another network[\s\S]*weights fetch inception/,
    );
    const classifier = formulaInception();
    classifier.set('fc.weight', { type: 'float32', shape: [1000, 2], data: new Float32Array(2000) });
    expect(() => inceptionWeights(classifier)).toThrow(/1000 classes, not 1008/);
  });
});
