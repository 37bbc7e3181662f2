import { tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { FlowConfigurationError } from '../errors.ts';
import {
  affineBijection,
  leakyReluBijection,
  logitBijection,
  powerBijection,
  sigmoidBijection,
  softplusBijection,
  tanhBijection,
} from '../index.ts';

test.each([sigmoidBijection(), softplusBijection(), tanhBijection(), logitBijection()])(
  '$kind is finite far out',
  (layer) => {
    const far = layer.kind === 'logit' ? [0, 0.5, 1] : [-80, 0, 80];
    const { logDet } = layer.forward(tensor([far]));
    expect(Number.isFinite(logDet.dataSync()[0])).toBe(true);
  },
);

test('scales, exponents, slopes and margins that leave nothing to invert are refused', () => {
  for (const build of [
    () => affineBijection({ scale: 0 }),
    () => powerBijection({ exponent: 0 }),
    () => leakyReluBijection({ slope: 0 }),
    () => logitBijection({ alpha: 0.5 }),
  ]) {
    expect(build).toThrow(FlowConfigurationError);
  }
});
