import { grad, memory, sum, type Tensor1D, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { NetworkName } from '../../src/backbones/networks.ts';
import { distsWeights } from '../../src/dists/weights.ts';
import { type LpipsVersion, lpipsWeights } from '../../src/lpips/weights.ts';
import { createDists, createLpips } from '../../src/tensors.ts';
import { type ConformanceCase, expectBelow, expectTrue } from './checks.ts';
import { formulaBackbone, formulaFactors, formulaHeads } from './formula-weights.ts';
import { distortedByFormula, hashed, pictureByFormula } from './pictures.ts';

/** What PyTorch 2.15 gives in float64 for the same pictures and weights. */
interface Expected {
  /** Of the two pairs of a batch. */
  readonly distance: readonly [number, number];
  /** Of the gradient with respect to samples of 0..1. */
  readonly length: readonly [number, number];
  /** Its product with hashed(i, 9) - 0.5, i in the order [row][column][channel]. */
  readonly along: readonly [number, number];
  /** Of the second pair's map: row 3, column 5; the last sample; the mean. */
  readonly map?: readonly [number, number, number];
}

interface PerceptualMetric {
  distance(image: Tensor4D, reference: Tensor4D, options: { range: number }): Tensor1D;
  map?(image: Tensor4D, reference: Tensor4D, options: { range: number }): Tensor4D;
  dispose(): void;
}

const lpipsExpected: Readonly<Record<`${NetworkName} ${LpipsVersion}`, Expected>> = {
  'alex 0.0': {
    distance: [0.003809156564015888, 0.003559323602190584],
    length: [0.017408866493973697, 0.014791406109061921],
    along: [-0.01251657292331981, -0.01707018484892596],
    map: [0.002262564488690168, 0.006715557802153885, 0.0035584509380207855],
  },
  'alex 0.1': {
    distance: [0.004506565164703876, 0.004166192849781321],
    length: [0.025949228066556362, 0.020279753678938188],
    along: [-0.016920154387086217, -0.018451063019659285],
    map: [0.003287407381501681, 0.005332416481831018, 0.00416499281805976],
  },
  'vgg 0.0': {
    distance: [0.016233991750463736, 0.019289302303923065],
    length: [0.08317397862428802, 0.0827360513538877],
    along: [-0.07506746359468235, -0.07581259532798727],
    map: [0.011188978604849218, 0.01524280287026023, 0.0192890210887913],
  },
  'vgg 0.1': {
    distance: [0.01898273106718368, 0.02042534622776792],
    length: [0.10852679992103248, 0.11470263205279611],
    along: [-0.10393518036596047, -0.043110539726336536],
    map: [0.020856870506716613, 0.018116603763575403, 0.020425218064435247],
  },
  'squeeze 0.0': {
    distance: [0.04799203856149362, 0.05966050325422792],
    length: [1.501429185992155, 1.134110531536686],
    along: [-0.8292665240966581, 0.09741112899423847],
    map: [0.04571690175801419, 0.06053849164437926, 0.0596620549566084],
  },
  'squeeze 0.1': {
    distance: [0.08834729144673184, 0.060774850327047686],
    length: [2.1681955938610296, 1.3791015174104067],
    along: [0.0812786162638468, 0.18929704638596015],
    map: [0.05447719594010814, 0.07134683963369318, 0.06076679020543558],
  },
};

const distsExpected: Expected = {
  distance: [0.04956868910108092, 0.052318001695051075],
  length: [0.22791635094297968, 0.27035465860517666],
  along: [-0.12455653319566225, -0.030511459169012867],
};

const sizes = { alex: [47, 38], vgg: [33, 26], squeeze: [42, 37] } as const;

const lpipsCases = Object.entries(lpipsExpected).map(([name, expected]) => {
  const [network, version] = name.split(' ') as [NetworkName, LpipsVersion];
  const create = () => createLpips(lpipsWeights({ network, version }, formulaBackbone(network), formulaHeads(network)));
  return perceptualCase(`LPIPS v${version} ${network}`, sizes[network], create, expected);
});

const distsCase = perceptualCase(
  'DISTS',
  sizes.vgg,
  () => createDists(distsWeights(formulaBackbone('vgg'), formulaFactors())),
  distsExpected,
);

export const perceptualCases: readonly ConformanceCase[] = [...lpipsCases, distsCase];

const relative = (values: ArrayLike<number>, wanted: readonly number[]) =>
  Math.max(...wanted.map((each, i) => Math.abs(values[i]! - each) / Math.abs(each)));

function perceptualCase(
  name: string,
  [width, height]: readonly [number, number],
  create: () => PerceptualMetric,
  expected: Expected,
): ConformanceCase {
  return {
    name: `${name}: distances, maps and gradients of a batch equal PyTorch's in float64`,
    async run() {
      const untouched = memory().numTensors;
      const metric = create();
      const references = [1, 2].map((seed) => pictureByFormula(width, height, 3, seed));
      const images = references.map((reference, index) => distortedByFormula(reference, index));
      const batch = (pictures: readonly Float32Array[]) =>
        tensor4d(Float32Array.from(pictures.flatMap((each) => [...each])), [2, height, width, 3]);
      const [image, reference] = [batch(images), batch(references)];
      const before = memory().numTensors;
      const distances = metric.distance(image, reference, { range: 1 });
      const slope = tidy(() => grad((x) => sum(metric.distance(x as Tensor4D, reference, { range: 1 })))(image));
      const map = metric.map?.(image, reference, { range: 1 });
      expectTrue('Only results are left', memory().numTensors === before + (map ? 3 : 2));

      const measured: Record<string, number> = { distance: relative(await distances.data(), expected.distance) };
      const gradient = (await slope.data()) as Float32Array;
      const size = width * height * 3;
      const halves = [0, 1].map((index) => gradient.slice(index * size, (index + 1) * size));
      const lengths = halves.map((half) => Math.sqrt(half.reduce((total, value) => total + value * value, 0)));
      const along = halves.map((half) => half.reduce((total, value, i) => total + value * (hashed(i, 9) - 0.5), 0));
      measured.length = relative(lengths, expected.length);
      measured.along = Math.max(...along.map((each, i) => Math.abs(each - expected.along[i]!) / expected.length[i]!));
      if (map && expected.map) {
        const second = ((await map.data()) as Float32Array).slice(width * height);
        const mean = second.reduce((total, value) => total + value, 0) / second.length;
        measured.map = relative([second[3 * width + 5]!, second[second.length - 1]!, mean], expected.map);
        map.dispose();
      }
      for (const each of [distances, slope, image, reference]) each.dispose();
      metric.dispose();
      expectTrue('No weights are left', memory().numTensors === untouched);
      expectBelow(`${name} (distance)`, measured.distance!, 1e-5);
      if (expected.map) expectBelow(`${name} (map)`, measured.map!, 1e-5);
      // A ReLU or maximum that float32 decides otherwise moves a gradient as a whole.
      expectBelow(`${name} (length of the gradient)`, measured.length!, 5e-3);
      expectBelow(`${name} (gradient along a direction)`, measured.along!, 5e-3);
      return measured;
    },
  };
}
