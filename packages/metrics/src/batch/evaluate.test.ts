import { createRandom, type Image, ImageSizeError } from '@deflow/images';
import { describe, expect, it } from 'vitest';
import { evaluateImages, evaluatePairs, ImageTooSmallError, piqe, psnr, splitBatch, ssim } from '../index.ts';

function picture(seed: number, size = 24): Image<Uint8Array> {
  const random = createRandom(seed);
  const data = Uint8Array.from({ length: size * size * 3 }, () => random.integer(256));
  return { width: size, height: size, channels: 3, data };
}

const [a, b, c] = [picture(1), picture(2), picture(3)];

describe('batches', () => {
  it('give the scores of each pair and their mean', async () => {
    const pairs = [
      { image: a, reference: b },
      { image: () => c, reference: async () => b },
    ];
    const { each, mean } = await evaluatePairs(pairs, { psnr, ssim, y: (x, y) => psnr(x, y, { colour: 'y601' }) });
    expect(each.map(({ scores }) => scores?.psnr)).toEqual([psnr(a, b), psnr(c, b)]);
    expect(each[1]!.scores!.y).toBe(psnr(c, b, { colour: 'y601' }));
    expect(mean.ssim).toBeCloseTo((ssim(a, b) + ssim(c, b)) / 2, 14);
  });

  it('go on after an image that cannot be measured, and leave it out of the mean', async () => {
    const small = picture(4, 8);
    const pairs = [small, a].map((image) => ({ image, reference: image === a ? b : image }));
    const { each, mean } = await evaluatePairs(pairs, { psnr, ssim });
    expect(each[0]!.error).toBeInstanceOf(ImageTooSmallError);
    expect(each[1]!.scores).toEqual({ psnr: psnr(a, b), ssim: ssim(a, b) });
    expect(mean.ssim).toBe(ssim(a, b));
    const broken = evaluateImages([a], {
      wrong: () => {
        throw new TypeError('a mistake of the program');
      },
    });
    await expect(broken).rejects.toThrow(TypeError);
    expect((await evaluateImages([], { piqe })).mean.piqe).toBeNaN();
  });

  it('tell how far they are and end when they are told to', async () => {
    const seen: string[] = [];
    const control = new AbortController();
    const run = evaluateImages(
      [a, b, c],
      { piqe },
      {
        signal: control.signal,
        onProgress: (done, total) => {
          seen.push(`${done} of ${total}`);
          if (done === 1) setTimeout(() => control.abort(new Error('enough')));
        },
      },
    );
    await expect(run).rejects.toThrow('enough');
    expect(seen).toEqual(['0 of 3', '1 of 3']);
    seen.length = 0;
    const { mean } = await evaluateImages(
      [a, b],
      { piqe },
      { onProgress: (done, total) => seen.push(`${done}/${total}`) },
    );
    expect(seen).toEqual(['0/2', '1/2', '2/2']);
    expect(mean.piqe).toBeCloseTo((piqe(a) + piqe(b)) / 2, 12);
  });

  it('are cut out of one array', () => {
    const data = Float32Array.from([...a.data, ...b.data]);
    const [first, second] = splitBatch(data, [2, 24, 24, 3], { range: 255 });
    expect(psnr(first!, second!)).toBeCloseTo(psnr(a, b), 10);
    expect(second!.data.buffer).toBe(data.buffer);
    for (const shape of [
      [2, 24, 24, 1],
      [3, 24, 24, 3],
      [2, 24, 36, 2],
      [0, 24, 24, 3],
    ] as const)
      expect(() => splitBatch(data, shape, { range: 255 })).toThrow(ImageSizeError);
  });
});
