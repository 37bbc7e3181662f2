import { grad, tidy } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { l1Loss } from '../src/index.ts';
import {
  expectStatistics,
  type FormulaImage,
  formulaImage,
  golden,
  haveGolden,
  pyTorchOrder,
  type Statistics,
} from './golden-formulas.ts';

interface File {
  readonly pixel: {
    readonly pred: FormulaImage;
    readonly target: FormulaImage;
    readonly losses: readonly {
      readonly name: string;
      readonly reduction: string;
      readonly value: number;
      readonly grad_pred: Statistics;
    }[];
  };
}

test.skipIf(!haveGolden)('the mean L1 loss and its gradient', () => {
  const { pixel } = golden<File>('losses.json');
  const wanted = pixel.losses.find(({ name, reduction }) => name === 'l1' && reduction === 'mean')!;
  tidy(() => {
    const [prediction, target] = [formulaImage(pixel.pred), formulaImage(pixel.target)];
    expect(l1Loss(prediction, target).dataSync()[0]).toBeCloseTo(wanted.value, 7);
    const gradient = grad((x) => l1Loss(x, target))(prediction);
    expectStatistics(pyTorchOrder(gradient, 'image'), wanted.grad_pred, 1e-6);
  });
});
