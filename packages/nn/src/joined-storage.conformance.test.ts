import { getBackend, memory, scalar, type Tensor, tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam } from './adam.ts';
import { exponentialMovingAverage } from './exponential-moving-average.ts';
import { exportParameters, importParameters } from './parameter-tensors.ts';
import type { ParameterTree } from './parameters.ts';

const shapes = { weight: [2, 3], bias: [], steps: [4] };
const wave = (shape: readonly number[], phase: number): Tensor => {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Array.from({ length: size }, (_, i) => Math.sin(phase + 0.7 * i)),
    [...shape],
  );
};

function training(storage: 'each' | 'joined') {
  const tree = Object.fromEntries(Object.entries(shapes).map(([name, shape], i) => [name, variable(wave(shape, i))]));
  const parameters = Object.values(tree) as Variable[];
  const learningRateFactors = new Map([[tree.bias as Variable, 5]]);
  const optimiser = adam({ parameters: tree, learningRateFactors, weightDecay: 0.1, storage });
  const average = exponentialMovingAverage(tree, { decay: 0.9, storage });
  let done = 0;
  const step = () =>
    tidy(() => {
      const { stepSize, epsilon } = optimiser.rates(++done, 0.01);
      const gradients = parameters.map(({ shape }, i) => wave(shape, done + 3 * i));
      optimiser.update(gradients, { stepSize: scalar(stepSize), epsilon: scalar(epsilon) });
      average.update();
    });
  const trees = (): Record<string, ParameterTree> => ({
    parameters: tree,
    moments: optimiser.moments,
    averages: average.averages,
  });
  const restore = async (from: { trees(): Record<string, ParameterTree> }) => {
    for (const [name, wanted] of Object.entries(trees())) {
      importParameters(wanted, await exportParameters(from.trees()[name]!));
    }
    done = 3;
  };
  return { step, trees, restore, optimiser, average, parameters };
}

async function values(trees: Record<string, ParameterTree>): Promise<Map<string, readonly number[]>> {
  const found = new Map<string, readonly number[]>();
  for (const [prefix, tree] of Object.entries(trees)) {
    for (const [name, { data }] of await exportParameters(tree)) {
      found.set(`${prefix} ${name}`, Array.from(data as Float32Array));
    }
  }
  return found;
}

/** TensorFlow's fused update, which separate moments use there, subtracts beta2 from 1 in float32: 3e-5 too much or too little. */
const rounding = getBackend() === 'tensorflow' ? 3e-6 : 3e-7;

const largestDifference = (a: Map<string, readonly number[]>, b: Map<string, readonly number[]>) =>
  Math.max(...[...a].flatMap(([name, list]) => list.map((value, i) => Math.abs(value - b.get(name)![i]!))));

describe('joined storage', () => {
  it('has the same parts under the same names, and steps that differ by rounding only', async () => {
    const [each, joined] = [training('each'), training('joined')];
    for (let i = 0; i < 4; i++) for (const { step } of [each, joined]) step();
    const [wanted, found] = [await values(each.trees()), await values(joined.trees())];
    expect([...found.keys()]).toEqual([...wanted.keys()]);
    expect(largestDifference(wanted, found)).toBeLessThan(rounding);
    expect(joined.optimiser.variables).toHaveLength(2);
    expect(joined.average.variables).toHaveLength(1);
  });

  it('goes on exactly from what it saved, and from what the other storage saved', async () => {
    for (const storage of ['each', 'joined'] as const) {
      const [saved, resumed] = [training(storage), training('joined')];
      for (let i = 0; i < 3; i++) saved.step();
      await resumed.restore(saved);
      expect(largestDifference(await values(saved.trees()), await values(resumed.trees()))).toBe(0);
      for (const { step } of [saved, resumed]) step();
      const difference = largestDifference(await values(saved.trees()), await values(resumed.trees()));
      if (storage === 'joined') expect(difference).toBe(0);
      else expect(difference).toBeLessThan(rounding);
    }
  });

  it('exchanges parameters and averages, twice for none', async () => {
    const { step, trees, average } = training('joined');
    step();
    const before = await values(trees());
    average.swap();
    const between = await values(trees());
    expect(between.get('parameters weight')).toEqual(before.get('averages weight'));
    expect(between.get('averages weight')).toEqual(before.get('parameters weight'));
    expect(before.get('averages weight')).not.toEqual(before.get('parameters weight'));
    average.swap();
    expect(await values(trees())).toEqual(before);
  });

  it('keeps no tensors between steps and frees everything, with parts that were looked at', () => {
    const tensors = memory().numTensors;
    const { step, trees, optimiser, average, parameters } = training('joined');
    step();
    const held = memory().numTensors;
    trees();
    const looked = memory().numTensors;
    for (let i = 0; i < 3; i++) {
      step();
      trees();
    }
    expect(looked).toBe(held + 3 * parameters.length);
    expect(memory().numTensors).toBe(looked);
    optimiser.dispose();
    average.dispose();
    for (const parameter of parameters) parameter.dispose();
    // The first values of the parameters were made outside of tidy.
    expect(memory().numTensors).toBe(tensors + parameters.length);
  });

  it('has nothing to do without parameters', () => {
    const optimiser = adam({ parameters: {}, storage: 'joined' });
    tidy(() => optimiser.update([], { stepSize: scalar(1), epsilon: scalar(1) }));
    expect(optimiser.moments).toEqual({ first: {}, second: {} });
  });
});
