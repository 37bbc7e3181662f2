import { createRandom } from '@deflow/images';
import { disposeParameters } from '@deflow/nn';
import {
  customGrad,
  exp,
  keep,
  mul,
  reverse,
  type Tensor,
  tensor,
  tidy,
  transpose,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { actNorm } from '../act-norm.ts';
import { affineCoupling } from '../affine-coupling.ts';
import { affineInjector } from '../affine-injector.ts';
import { maskedAutoregressive } from '../autoregressive/masked-autoregressive.ts';
import { maskedNetwork } from '../autoregressive/masked-network.ts';
import { type BoundedScale, boundedScale } from '../bounded-scale.ts';
import { couplingNetwork } from '../coupling-network.ts';
import { denseNetwork } from '../dense-network.ts';
import type { FlowLayer } from '../flow-layer.ts';
import { inverted } from '../inverted.ts';
import { invertibleConv1x1 } from '../invertible-conv1x1.ts';
import { mixChannels } from '../mix-channels.ts';
import { plainConv1x1 } from '../plain-conv1x1.ts';
import { planar } from '../planar.ts';
import { radial } from '../radial.ts';
import { residualBlock } from '../residual/residual-block.ts';
import { sequential } from '../sequential.ts';
import { rationalQuadratic } from '../spline/rational-quadratic.ts';
import { splineCoupling, splineOutputs } from '../spline-coupling.ts';
import { checkGradients } from './check-gradients.ts';
import { checkInverse } from './check-inverse.ts';
import { checkLeaks } from './check-leaks.ts';
import { checkLogDet } from './check-log-det.ts';
import type { CheckResult } from './check-result.ts';
import { randomizeParameters } from './randomize-parameters.ts';

const channels = 4;
const random = createRandom('mutants');

/** A sound layer with random parameters, through which every mutant is made. */
function sound(): FlowLayer {
  const network = couplingNetwork({ inputChannels: 2, outputChannels: 4, hiddenChannels: 6, random });
  const layer = sequential({
    actNorm: actNorm({ channels }),
    conv1x1: invertibleConv1x1({ channels, random }),
    coupling: affineCoupling({ channels, network, scale: boundedScale.tanh(2) }),
  });
  randomizeParameters(layer.parameters, random, 0.2);
  return layer;
}

const withGradientTimes = (factor: number, x: Tensor): Tensor =>
  customGrad((input) => ({
    value: (input as Tensor).clone(),
    gradFunc: (dy: Tensor) => mul(dy, factor),
  }))(x);

const forwardWith =
  (change: (z: Tensor, logDet: Tensor) => { z: Tensor; logDet: Tensor }) =>
  (layer: FlowLayer): FlowLayer => ({
    ...layer,
    forward: (x) =>
      tidy(() => {
        const { z, logDet } = layer.forward(x);
        return { ...change(z, logDet) };
      }) as ReturnType<FlowLayer['forward']>,
  });

const bothLogDets =
  (change: (logDet: Tensor) => Tensor) =>
  (layer: FlowLayer): FlowLayer => ({
    ...layer,
    forward: (x) => {
      const { z, logDet } = layer.forward(x);
      return { z, logDet: change(logDet) as typeof logDet };
    },
    inverse: (z) => {
      const { x, logDet } = layer.inverse(z);
      return { x, logDet: change(logDet) as typeof logDet };
    },
  });

/** The layer with its features built in. */
const given = (layer: FlowLayer, features: Tensor): FlowLayer => ({
  ...layer,
  forward: (x) => layer.forward(x, features),
  inverse: (z) => layer.inverse(z, features),
});

type Check = (layer: FlowLayer, x: Tensor) => Promise<CheckResult>;

const mutants: readonly { name: string; mutate: (layer: FlowLayer) => FlowLayer; check: Check }[] = [
  { name: 'a wrong sign of logDet, both ways', mutate: bothLogDets((l) => mul(l, -1)), check: checkLogDet },
  { name: 'a dropped logDet, both ways', mutate: bothLogDets((l) => zerosLike(l)), check: checkLogDet },
  {
    name: 'a dropped logDet term: that of the 1x1 convolution',
    mutate: (layer) => {
      const parts = Object.fromEntries(layer.layers ?? []);
      return sequential({ ...parts, conv1x1: bothLogDets((l) => zerosLike(l))(parts.conv1x1) });
    },
    check: checkLogDet,
  },
  { name: 'a logDet without height x width', mutate: bothLogDets((l) => mul(l, 1 / 4)), check: checkLogDet },
  {
    name: 'a sign that only the inverse has wrong',
    mutate: forwardWith((z, logDet) => ({ z, logDet: mul(logDet, -1) })),
    check: checkInverse,
  },
  {
    name: 'T24: a fake inverse: times 4 and divided by 8',
    mutate: forwardWith((z, logDet) => ({ z: mul(z, 0.5), logDet })),
    check: checkInverse,
  },
  {
    name: 'swapped channels',
    mutate: forwardWith((z, logDet) => ({ z: reverse(z, -1), logDet })),
    check: checkInverse,
  },
  {
    name: 'a transposed matrix in place of the inverse one',
    mutate: (layer) => {
      const parts = Object.fromEntries(layer.layers ?? []);
      const matrix = tensor(random.normals(channels ** 2), [channels, channels]) as never;
      const conv1x1: FlowLayer = {
        ...parts.conv1x1,
        forward: (x) => ({ ...parts.conv1x1.forward(x), z: mixChannels(x, matrix) }),
        inverse: (z) => ({ ...parts.conv1x1.inverse(z), x: mixChannels(z, transpose(matrix)) }),
      };
      return sequential({ ...parts, conv1x1 });
    },
    check: checkInverse,
  },
  {
    name: 'a gradient that is a tenth too small',
    mutate: forwardWith((z, logDet) => ({ z: withGradientTimes(0.9, z), logDet })),
    check: checkGradients,
  },
  {
    name: 'a logDet that is cut off from its parameters',
    mutate: forwardWith((z, logDet) => ({ z, logDet: withGradientTimes(0, logDet) })),
    check: checkGradients,
  },
  {
    name: 'a tensor left behind',
    mutate: (layer) => ({
      ...layer,
      inverse: (z) => {
        keep(z.clone());
        return layer.inverse(z);
      },
    }),
    check: checkLeaks,
  },
];

/** Mutants that every layer has. */
const general: readonly { name: string; mutate: (layer: FlowLayer) => FlowLayer; check: Check }[] = mutants.filter(
  ({ name }) => !/1x1|transposed|height x width|swapped|fake/.test(name),
);

const kinds = {
  'a spline coupling': () =>
    splineCoupling({
      channels,
      bins: 4,
      bound: 3,
      network: denseNetwork({
        inputChannels: 2,
        outputChannels: 2 * splineOutputs({ bins: 4 }),
        hiddenChannels: 6,
        random,
      }),
    }),
  'a masked autoregressive layer': () =>
    maskedAutoregressive({
      network: maskedNetwork({ dimensions: channels, outputsPerDimension: 2, hiddenChannels: 8, random }),
      scale: boundedScale.softClip(),
    }),
  'an inverse autoregressive layer': () =>
    inverted(
      maskedAutoregressive({
        network: maskedNetwork({ dimensions: channels, outputsPerDimension: 2, hiddenChannels: 8, random }),
        scale: boundedScale.softClip(),
      }),
    ),
  'a residual block': () => residualBlock({ shape: [channels], hiddenChannels: 6, lipschitz: 0.8, random }),
  'a planar layer': () => planar({ dimensions: channels, random }),
  'a radial layer': () => radial({ dimensions: channels, random }),
  'a free 1x1 convolution': () => plainConv1x1({ channels, random }),
  'an injector': () =>
    affineInjector({
      channels,
      contextChannels: 2,
      scale: boundedScale.sigmoid(),
      network: denseNetwork({ inputChannels: 0, contextChannels: 2, outputChannels: 8, hiddenChannels: 6, random }),
    }),
};

const specific: readonly { name: string; make: () => FlowLayer; check: Check }[] = [
  {
    name: 'a spline whose slope is taken for its logarithm',
    make: () => {
      const spline = rationalQuadratic({ bins: 4 });
      const forward: BoundedScale['forward'] = (x, output) => {
        const { z, logDet } = spline.forward(x, output);
        return { z, logDet: exp(logDet) };
      };
      const network = denseNetwork({ inputChannels: 2, outputChannels: 22, hiddenChannels: 6, random });
      return affineCoupling({ channels, network, scale: { ...spline, forward } });
    },
    check: checkLogDet,
  },
  {
    name: 'a spline that is undone by itself',
    make: () => {
      const spline = rationalQuadratic({ bins: 4 });
      const inverse: BoundedScale['inverse'] = (z, output) => {
        const { z: x, logDet } = spline.forward(z, output);
        return { x, logDet };
      };
      const network = denseNetwork({ inputChannels: 2, outputChannels: 22, hiddenChannels: 6, random });
      return affineCoupling({ channels, network, scale: { ...spline, inverse } });
    },
    check: checkInverse,
  },
  ...[checkLogDet, checkInverse].map((check) => ({
    name: 'an autoregressive network whose masks let every input through',
    make: () => {
      const network = maskedNetwork({ dimensions: channels, outputsPerDimension: 2, hiddenChannels: 8, random });
      const apply: typeof network.apply = (x, context) => network.apply(reverse(x, -1), context);
      return maskedAutoregressive({ network: { ...network, apply }, scale: boundedScale.softClip() });
    },
    check,
  })),
];

describe.each(Object.entries(kinds))('%s', (kind, make) => {
  const x = tensor(random.normals(3 * channels), [3, channels]);
  const features = tensor(random.normals(6), [3, 2]);
  const moved = (layer: FlowLayer) => {
    randomizeParameters(layer.parameters, random, 0.3);
    layer.settle?.(100);
    return kind === 'an injector' ? given(layer, features) : layer;
  };

  test('passes', async () => {
    const layer = moved(make());
    for (const check of [checkInverse, checkLogDet, checkGradients, checkLeaks] as Check[]) {
      expect(await check(layer, x)).toMatchObject({ passed: true });
    }
  });

  test.each(general)('with $name is caught', async ({ mutate, check }) => {
    expect(await check(mutate(moved(make())), x)).toMatchObject({ passed: false });
  });
});

test.each(specific)('$name is caught', async ({ make, check }) => {
  const layer = make();
  randomizeParameters(layer.parameters, random, 0.5);
  expect(await check(layer, tensor(random.normals(3 * channels), [3, channels]))).toMatchObject({ passed: false });
});

describe('the checkers', () => {
  const x = tensor(random.normals(2 * 2 * 2 * channels), [2, 2, 2, channels]);

  test.each([checkInverse, checkLogDet, checkGradients, checkLeaks])('%o pass a sound layer', async (check: Check) => {
    const layer = sound();
    expect(await check(layer, x)).toMatchObject({ passed: true });
    disposeParameters(layer.parameters);
  });

  test.each(mutants)('catch $name', async ({ mutate, check }) => {
    const layer = sound();
    expect(await check(mutate(layer), x)).toMatchObject({ passed: false });
    disposeParameters(layer.parameters);
  });
});
