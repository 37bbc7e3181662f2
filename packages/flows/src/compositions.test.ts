import { createRandom } from '@deflow/images';
import { disposeParameters, namedParameters } from '@deflow/nn';
import { memory, tensor, zeros } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { randomizeParameters } from './conformance.ts';
import {
  actNorm,
  affineCoupling,
  boundedScale,
  conditionalStep,
  couplingNetwork,
  describeFlow,
  FlowConfigurationError,
  FlowContextError,
  FlowShapeError,
  fixedBasis,
  invertibleConv1x1,
  lumaHaarBasis,
  multiScale,
  SingularMatrixError,
  sequential,
  splitPrior,
  squeeze,
} from './index.ts';

const random = createRandom('compositions');

const small = () =>
  sequential({
    squeeze: squeeze(),
    basis: fixedBasis({ matrix: lumaHaarBasis(), kind: 'lumaHaar' }),
    step: conditionalStep({ channels: 12, contextChannels: 5, hiddenChannels: 8, random }),
  });

test('parameters have paths', () => {
  const flow = small();
  const paths = [...namedParameters(flow.parameters).keys()];
  expect(paths).toContain('step.actNorm.bias');
  expect(paths).toContain('step.conv1x1.logS');
  expect(paths).toContain('step.coupling.input.weight');
  expect(paths).toContain('step.injector.last.bias');
  disposeParameters(flow.parameters);
});

test('shape errors lead to the layer, before there are data and with them', () => {
  const build = () =>
    sequential({ squeeze: squeeze(), step: sequential([actNorm({ channels: 5 })]) }, { shape: [4, 4, 3] });
  expect(build).toThrow(FlowShapeError);
  expect(build).toThrow('step > 0 (actNorm) got shape [2, 2, 12] but wants [height, width, 5] or [5].');
  const flow = multiScale([{ flow: small() }]);
  expect(() => flow.forward(zeros([1, 4, 5, 3]))).toThrow('level 0 > squeeze (squeeze) got shape [4, 5, 3]');
});

test('a missing context and a context of other channels are named', () => {
  const flow = small();
  expect(() => flow.forward(zeros([1, 4, 4, 3]))).toThrow(FlowContextError);
  expect(() => flow.forward(zeros([1, 4, 4, 3]), zeros([1, 2, 2, 6]))).toThrow(
    'conditioned on 5 features at each position and got shape [1,2,2,6]',
  );
});

test('options that do not fit are refused', () => {
  const network = couplingNetwork({ inputChannels: 2, outputChannels: 4, hiddenChannels: 4, random });
  const scale = boundedScale.tanh(1);
  expect(() => affineCoupling({ channels: 6, network, scale })).toThrow(FlowConfigurationError);
  expect(() => affineCoupling({ channels: 6, network, scale })).toThrow('Build the network with inputChannels 3');
  expect(() => splitPrior({ channels: 5, random })).toThrow(FlowConfigurationError);
  expect(() => sequential([])).toThrow(FlowConfigurationError);
  expect(() => multiScale([])).toThrow(FlowConfigurationError);
  expect(() => invertibleConv1x1({ channels: 3 })).toThrow(FlowConfigurationError);
  expect(() => fixedBasis({ matrix: [[1, 2, 3]] })).toThrow(FlowConfigurationError);
  expect(() =>
    fixedBasis({
      matrix: [
        [1, 2],
        [2, 4],
      ],
    }),
  ).toThrow(SingularMatrixError);
});

test('the roll start swaps the halves, the identity start changes nothing', () => {
  const x = tensor([1, 2, 3, 4, 5, 6], [1, 6]);
  const after = (start: 'roll' | 'identity') => [...invertibleConv1x1({ channels: 6, start }).forward(x).z.dataSync()];
  expect(after('roll')).toEqual([4, 5, 6, 1, 2, 3]);
  expect(after('identity')).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a rotation keeps lengths and the same seed gives the same one', () => {
  const x = tensor(random.normals(12), [1, 12]);
  const turn = (seed: number) =>
    invertibleConv1x1({ channels: 12, random: createRandom(seed) })
      .forward(x)
      .z.dataSync();
  expect(Math.abs(Math.hypot(...turn(1)) - Math.hypot(...x.dataSync()))).toBeLessThan(1e-5);
  expect(turn(1)).toEqual(turn(1));
  expect(turn(1)).not.toEqual(turn(2));
});

test('the released split arithmetic differs from the exact one by its 1e-6', () => {
  const [exact, released] = (['exact', 'released'] as const).map((arithmetic) => {
    const split = splitPrior({ channels: 4, random: createRandom(3), arithmetic });
    randomizeParameters(split.parameters, createRandom(4), 0.1);
    return split;
  });
  const x = tensor(random.normals(2 * 3 * 3 * 4), [2, 3, 3, 4]);
  const [a, b] = [exact.forward(x), released.forward(x)];
  const [latents, releasedLatents] = [a.latent.dataSync(), b.latent.dataSync()];
  expect(a.logDet.dataSync()).toEqual(b.logDet.dataSync());
  const gap = Math.max(
    ...Array.from(latents, (value, i) => Math.abs(value - releasedLatents[i]) / Math.max(1, Math.abs(value))),
  );
  expect(gap).toBeGreaterThan(0);
  expect(gap).toBeLessThan(1e-4);
});

test('several latents go out and come back; too few are refused', () => {
  const flow = multiScale([
    { flow: sequential([squeeze(), actNorm({ channels: 12 })]), split: splitPrior({ channels: 12, random }) },
    { flow: sequential([squeeze(), actNorm({ channels: 24 })]) },
  ]);
  const x = tensor(random.normals(2 * 8 * 8 * 3), [2, 8, 8, 3]);
  flow.initialize(x);
  randomizeParameters(flow.parameters, random);
  const before = memory().numTensors;
  const { latents, logDet } = flow.forward(x);
  expect(latents.map(({ shape }) => shape.slice(1))).toEqual(flow.latentShapes([8, 8, 3]));
  expect(latents.map(({ shape }) => shape)).toEqual([
    [2, 4, 4, 6],
    [2, 2, 2, 24],
  ]);
  expect(() => flow.inverse(latents.slice(1))).toThrow(FlowConfigurationError);
  const back = flow.inverse(latents);
  const [wanted, got] = [x.dataSync(), back.x.dataSync()];
  wanted.forEach((value, i) => {
    expect(Math.abs(got[i] - value)).toBeLessThan(1e-5);
  });
  for (const tensor of [...latents, logDet, back.x, back.logDet]) tensor.dispose();
  expect(memory().numTensors).toBe(before);
});

test('describeFlow prints shapes and parameter counts', () => {
  const flow = small();
  expect(`\n${describeFlow(flow, [8, 8, 3])}`).toMatchInlineSnapshot(`
    "
    sequential                     [8,8,3] -> [4,4,12]   2,408
      squeeze squeeze              [8,8,3] -> [4,4,12]       0
      basis lumaHaar               [4,4,12] -> [4,4,12]      0
      step conditionalStep         [4,4,12] -> [4,4,12]  2,408
        actNorm actNorm            [4,4,12] -> [4,4,12]     24
        conv1x1 invertibleConv1x1  [4,4,12] -> [4,4,12]    300
        injector affineInjector    [4,4,12] -> [4,4,12]    336
        coupling affineCoupling    [4,4,12] -> [4,4,12]  1,748"
  `);
  const levels = multiScale([{ flow, split: splitPrior({ channels: 12, random }) }, { flow: squeeze() }]);
  expect(`\n${describeFlow(levels, [8, 8, 3])}`).toMatchInlineSnapshot(`
    "
    multiScale                       [8,8,3] -> [4,4,6] + [2,2,24]  3,080
      level 0 sequential             [8,8,3] -> [4,4,12]            2,408
        squeeze squeeze              [8,8,3] -> [4,4,12]                0
        basis lumaHaar               [4,4,12] -> [4,4,12]               0
        step conditionalStep         [4,4,12] -> [4,4,12]           2,408
          actNorm actNorm            [4,4,12] -> [4,4,12]              24
          conv1x1 invertibleConv1x1  [4,4,12] -> [4,4,12]             300
          injector affineInjector    [4,4,12] -> [4,4,12]             336
          coupling affineCoupling    [4,4,12] -> [4,4,12]           1,748
      level 0 splitPrior             [4,4,12] -> [4,4,6] + [4,4,6]    672
      level 1 squeeze                [4,4,6] -> [2,2,24]                0"
  `);
});
