import { createRandom } from '@deflow/images';
import { add, customGrad, keep, mul, reverse, type Tensor, tensor, tile, zerosLike } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { type BaseCase, baseCases } from '../../test/cases/bases.ts';
import type { Base } from '../bases/base.ts';
import {
  baseAsLayer,
  type CheckResult,
  checkBaseLeaks,
  checkGradients,
  checkIntegral,
  checkSamples,
  randomizeParameters,
} from '../conformance.ts';

const random = createRandom('base mutants');

const detached = (x: Tensor): Tensor =>
  customGrad((input) => ({
    value: (input as Tensor).clone(),
    gradFunc: () => zerosLike(input as Tensor),
  }))(x);

type Mutate = (base: Base) => Partial<Base>;

const scored =
  (change: (logProb: Tensor) => Tensor): Mutate =>
  (base) => ({ logProb: (x, context) => change(base.logProb(x, context)) as never });

const drawn =
  (change: (sample: Tensor) => Tensor): Mutate =>
  (base) => ({ fromNoise: (noise, options) => change(base.fromNoise(noise, options)) });

interface Place {
  readonly context: Tensor | undefined;
  readonly grid: BaseCase['grid'];
}

type Check = (base: Base, at: Place) => Promise<CheckResult>;

const gradients: Check = (base, { context: row }) => {
  const context = row && tile(row, [4, 1]);
  return checkGradients(baseAsLayer(base, context), base.fromNoise(base.noise(4, { random }), { context }));
};

const mutants: readonly { name: string; mutate: Mutate; check: Check; unless?: RegExp }[] = [
  {
    name: 'a wrong normaliser',
    mutate: scored((l) => add(l, 0.05)),
    check: (base, { context, grid }) => checkIntegral(base, { context, ...grid }),
  },
  {
    name: 'a wrong sign',
    mutate: scored((l) => mul(l, -1)),
    check: (base, { context, grid }) => checkIntegral(base, { context, ...grid }),
  },
  {
    name: 'a normaliser of one dimension too few',
    mutate: scored((l) => add(l, Math.log(2 * Math.PI) / 2)),
    check: (base, { context, grid }) => checkIntegral(base, { context, ...grid }),
  },
  {
    name: 'another deviation in sampling than in the density',
    mutate: (base) => ({ fromNoise: (noise, options) => base.fromNoise(noise, { ...options, temperature: 1.2 }) }),
    check: (base, { context, grid }) => checkSamples(base, { context, random, ...grid }),
  },
  {
    name: 'swapped dimensions in sampling',
    mutate: drawn((x) => reverse(x, -1)),
    check: (base, { context, grid }) => checkSamples(base, { context, random, ...grid }),
    unless: /^standardNormal|^uniform/,
  },
  {
    name: 'a density cut off from its parameters',
    mutate: scored(detached),
    check: gradients,
    unless: /^standard|^uniform/,
  },
  {
    name: 'a tensor left behind',
    mutate: (base) => ({
      logProb: (x, context) => {
        keep(x.clone());
        return base.logProb(x, context);
      },
    }),
    check: (base, { context }) => checkBaseLeaks(base, { context, random }),
  },
];

describe.each(baseCases)('$name', ({ name, make, context: row, spread = 0.3, grid }) => {
  const base = make(random);
  randomizeParameters(base.parameters, random, spread);
  const context = row ? tensor([row as number[]]) : undefined;

  for (const { name: mutant, mutate, check, unless } of mutants) {
    if (unless?.test(name)) continue;
    test(`the checks catch ${mutant}`, async () => {
      expect(await check({ ...base, ...mutate(base) }, { context, grid })).toMatchObject({ passed: false });
    });
  }
});
