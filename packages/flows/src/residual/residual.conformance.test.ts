import { createRandom } from '@deflow/images';
import { disposeParameters, namedParameters, trainableParameters } from '@deflow/nn';
import {
  abs,
  add,
  dispose,
  eye,
  fill,
  max,
  memory,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { checkGradients, randomizeParameters } from '../conformance.ts';
import { FixedPointError, FlowConfigurationError, FlowContextError, FlowShapeError } from '../errors.ts';
import { type ResidualBlock, residualBlock, sequential } from '../index.ts';

const images = { shape: [3, 2, 2], contextChannels: 2, hiddenChannels: 4, lipschitz: 0.7 };

const random = createRandom('residual');
const points = (count: number) => tensor(random.normals(3 * count), [count, 3]);

const moved = (options: Partial<Parameters<typeof residualBlock>[0]> = {}): ResidualBlock => {
  const block = residualBlock({ shape: [3], hiddenChannels: 16, random, ...options });
  randomizeParameters(block.parameters, random, 0.5);
  block.settle(200);
  return block;
};

/** The mean over `count` noises of what `measure` makes of each, with its standard error, by entry. */
function averaged(count: number, measure: () => ArrayLike<number>) {
  const first = Array.from(measure());
  const [sums, squares] = [first, first.map((value) => value ** 2)];
  for (let i = 1; i < count; i++) {
    Array.from(measure()).forEach((value, at) => {
      sums[at] += value;
      squares[at] += value ** 2;
    });
  }
  return sums.map((total, at) => {
    const mean = total / count;
    return { mean, error: Math.sqrt((squares[at] / count - mean ** 2) / count) };
  });
}

/** A block whose Jacobian is large: a perturbed identity in the range where LipSwish is steep. */
const steep = (): ResidualBlock => {
  const block = residualBlock({ shape: [3], hiddenChannels: 3, kernels: [1, 1], random });
  for (const [path, variable] of namedParameters(block.parameters)) {
    if (path.endsWith('weight'))
      variable.assign(add(reshape(eye(3), [1, 1, 3, 3]), mul(tensor(random.normals(9), [1, 1, 3, 3]), 0.2)));
    if (path.endsWith('bias')) variable.assign(fill([3], 2));
  }
  block.settle(200);
  return block;
};

describe('the estimate of ln|det|', () => {
  const block = steep();
  const x = points(2);
  const noise = () => block.noise(2, { random, certainTerms: 2 });

  test('is a function of its noise, has its gradients, and leaves nothing behind', async () => {
    const given = block.noise(2, { random, draws: 2 });
    const [first, second] = [block.forward(x, given), block.forward(x, given)];
    expect(first.logDet.dataSync()).toEqual(second.logDet.dataSync());
    expect(await checkGradients(block, x, { context: given })).toMatchObject({ passed: true });
    dispose([given, { ...first }, { ...second }] as never);
    const before = memory().numTensors;
    tidy(() => void block.forward(x, noise() as never));
    const made = noise();
    dispose(made as never);
    expect(memory().numTensors).toBe(before);
  });

  test('is right on average: value and gradients, each sample weighted by itself', () => {
    const parameters = trainableParameters(block.parameters).slice(0, 4);
    const weights = tensor([0.6, -1.7]);
    const measure = (context?: ReturnType<typeof noise>) => {
      const { value, grads } = variableGrads(
        () => sum(mul(block.forward(x, context).logDet, weights)) as never,
        parameters,
      );
      const { logDet } = block.forward(x, context);
      const numbers = [logDet, ...parameters.map(({ name }) => grads[name])].flatMap((each) => [...each.dataSync()]);
      dispose([value, logDet, grads, context ?? []] as never);
      return numbers;
    };
    const wanted = measure();
    const got = averaged(400, () => measure(noise()));
    const scale = Math.max(...wanted.map(Math.abs));
    const distances = got.map(({ mean, error }, i) => (mean - wanted[i]) / Math.max(error, 1e-4 * scale));
    // 400 draws of what is unbiased: standardised distances of about 1, which dropping a term of the series would not give.
    expect(Math.sqrt(distances.reduce((total, d) => total + d ** 2, 0) / distances.length)).toBeLessThan(1.6);
    expect(Math.max(...distances.slice(0, 2).map(Math.abs))).toBeLessThan(4);
    const [value] = got;
    expect(value.error).toBeLessThan(0.1 * Math.abs(wanted[0]) + 0.05);
  });

  test.each([
    ['a series cut off after its first term', (): number[] => [1]],
    ['a series without its alternating signs', () => [1, 1 / 2, 1 / 3]],
  ])('%s is caught by the same measure', (_, terms) => {
    const wanted = block.forward(x).logDet.dataSync<'float32'>();
    const cut = () => {
      const { probes } = noise();
      return block.forward(x, { probes, weights: tensor(terms()) }).logDet.dataSync<'float32'>();
    };
    const distances = averaged(400, () => tidy(() => cut() as never) as unknown as Float32Array).map(
      ({ mean, error }, i) => Math.abs(mean - wanted[i]) / error,
    );
    expect(Math.max(...distances)).toBeGreaterThan(4);
  });
});

test('settled spectral norms keep every slope within the bound', () => {
  const block = moved({ lipschitz: 0.8 });
  const [a, b] = [points(200), points(200)];
  const step = mul(sub(b, a), 1e-2);
  const near = sub(a, mul(step, -1));
  const change = (from: Tensor) => sub(block.forward(from).z, from);
  const [moves, lengths] = [sub(change(near), change(a)), step].map((t) => t.arraySync() as number[][]);
  moves.forEach((move, i) => {
    expect(Math.hypot(...move) / Math.hypot(...lengths[i])).toBeLessThan(0.8 * 1.01);
  });
});

test('the bound follows weights that grow only when it settles; an inverse that does not arrive is named', () => {
  const block = moved({ maxIterations: 60 });
  for (const [path, variable] of namedParameters(block.parameters)) {
    // Stale measures of the norms: as if all weights were small.
    if (path.endsWith('left')) variable.assign(mul(variable, 1e-3));
    if (path.endsWith('weight')) variable.assign(mul(variable, 8));
  }
  const z = points(4);
  expect(() => block.inverse(z)).toThrow(FixedPointError);
  expect(() => block.inverse(z)).toThrow('Call `settle`');
  block.settle(100);
  const back = block.forward(block.inverse(z).x).z;
  expect(max(abs(sub(back, z))).dataSync()[0]).toBeLessThan(1e-5);
});

test('without verification the inverse is the same, as a pure function', () => {
  const pure = moved({ verify: false });
  const z = points(5);
  expect(max(abs(sub(pure.forward(pure.inverse(z).x).z, z))).dataSync()[0]).toBeLessThan(1e-5);
  const before = memory().numTensors;
  const { x, logDet } = pure.inverse(z);
  dispose([x, logDet]);
  expect(memory().numTensors).toBe(before);
});

test('a chain gives each block its own noise, and settles all of them', () => {
  const [first, second] = [moved(), moved()];
  const chain = sequential([first, second]);
  const norms = (block: ResidualBlock) =>
    (namedParameters(block.parameters).get('layers.0.right') as Variable).dataSync();
  const x = points(3);
  const terms = first.terms({ random });
  const contexts = [first.noise(3, { random, terms }), second.noise(3, { random, terms })];
  expect(contexts.map(({ weights }) => weights.size)).toEqual([terms, terms]);
  const { z, logDet } = chain.forward(x, contexts as never);
  const wanted = sub(logDet, first.forward(x, contexts[0]).logDet).dataSync();
  const own = second.forward(first.forward(x).z, contexts[1]).logDet.dataSync();
  wanted.forEach((value, i) => {
    expect(value).toBeCloseTo(own[i], 5);
  });
  expect(z.shape).toEqual([3, 3]);
  randomizeParameters(chain.parameters, random, 0.3);
  const before = norms(second);
  chain.settle!(5);
  expect(norms(second)).not.toEqual(before);
  disposeParameters(chain.parameters);
});

test('what cannot be built or scored is refused', () => {
  expect(() => residualBlock({ shape: [3], kernels: [3, 1], random })).toThrow(FlowConfigurationError);
  expect(() => residualBlock({ shape: [4, 4, 1], kernels: [2, 2], random })).toThrow(FlowConfigurationError);
  expect(() => residualBlock({ shape: [3], lipschitz: 1, random })).toThrow(FlowConfigurationError);
  const block = residualBlock({ ...images, random });
  expect(() => block.latentShape([4, 4, 2])).toThrow(FlowShapeError);
  expect(() => block.forward(tensor(random.normals(12), [1, 3, 2, 2]))).toThrow(FlowContextError);
  const large = residualBlock({ shape: [300], hiddenChannels: 2, random });
  const x = tensor(random.normals(300), [1, 300]);
  expect(() => large.forward(x)).toThrow('Pass the noise of an estimate');
  expect(Number.isFinite(large.forward(x, large.noise(1, { random })).logDet.dataSync()[0])).toBe(true);
});
