import { concat, grad, memory, sum, type Tensor1D, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { NetworkName } from '../../src/backbones/networks.ts';
import { distsWeights } from '../../src/dists/weights.ts';
import * as host from '../../src/index.ts';
import type { MeasuredImage } from '../../src/input/planes.ts';
import { lpipsWeights } from '../../src/lpips/weights.ts';
import * as tensors from '../../src/tensors.ts';
import { type ConformanceCase, expectBelow, expectError, expectTrue } from './checks.ts';
import { formulaBackbone, formulaFactors, formulaHeads } from './formula-weights.ts';
import { distortedByFormula, pictureByFormula } from './pictures.ts';

interface Subject {
  readonly name: string;
  /** The fewest pixels a side. */
  readonly minimum: number;
  /** Of identical images. */
  readonly best: number;
  readonly score: (image: Tensor4D, reference: Tensor4D, options: { range: tensors.TensorRange }) => Tensor1D;
  /** The float64 form, where there is one. */
  readonly host?: (image: MeasuredImage, reference: MeasuredImage) => number;
}

const subjects: readonly Subject[] = [
  { name: 'psnr', minimum: 1, best: Number.POSITIVE_INFINITY, score: tensors.psnr, host: host.psnr },
  { name: 'ssim', minimum: 11, best: 1, score: tensors.ssim, host: host.ssim },
  { name: 'msSsim', minimum: 161, best: 1, score: tensors.msSsim, host: host.msSsim },
  { name: 'gmsd', minimum: 2, best: 0, score: tensors.gmsd, host: host.gmsd },
  { name: 'haarPsi', minimum: 16, best: 1, score: tensors.haarPsi, host: host.haarPsi },
  { name: 'vifp', minimum: 41, best: 1, score: tensors.vifp, host: host.vifp },
  { name: 'fsim', minimum: 8, best: 1, score: tensors.fsim, host: host.fsim },
  { name: 'mdsi', minimum: 2, best: 0, score: tensors.mdsi, host: host.mdsi },
];

const range = { range: 1 } as const;
const tolerance = 1e-5;

const filled = (side: number, value: number, channels = 3, batch = 1) =>
  tensor4d(new Float32Array(batch * side * side * channels).fill(value), [batch, side, side, channels]);

const pair = (side: number) => {
  const reference = pictureByFormula(side, side, 3, 3);
  return { reference, image: distortedByFormula(reference, 3) };
};

const square = (data: Float32Array, side: number) => tensor4d(data, [1, side, side, data.length / side ** 2]);

async function numbers(compute: () => Tensor1D | Tensor4D): Promise<Float32Array> {
  const result = tidy(compute);
  const values = (await result.data()) as Float32Array;
  result.dispose();
  return values;
}

/** The gradient of the score of an image, at that image. */
const slope = ({ score }: Subject, image: Tensor4D, reference: Tensor4D): Tensor4D =>
  grad((x) => sum(score(x as Tensor4D, reference, range)))(image) as Tensor4D;

const same = (value: number, wanted: number) => value === wanted || Math.abs(value - wanted) < tolerance;

const errors = (subject: Subject): ConformanceCase => ({
  name: `${subject.name}: unusable tensors have named errors`,
  async run() {
    const { name, score, minimum } = subject;
    const before = memory().numTensors;
    const side = Math.max(minimum, 4);
    const [image, wide, three, four, five, other] = [
      filled(side, 0.5),
      filled(side + 1, 0.5),
      filled(side, 0.5, 1),
      filled(side, 0.5, 4),
      filled(side, 0.5, 5),
      filled(side, 0.5, 3, 2),
    ] as const;
    await expectError(`${name} of unequal sizes`, 'SizeMismatchError', () => score(image, wide, range));
    await expectError(`${name} of unequal channels`, 'SizeMismatchError', () => score(image, three, range));
    await expectError(`${name} of unequal batches`, 'SizeMismatchError', () => score(image, other, range));
    await expectError(`${name} with alpha`, 'AlphaChannelError', () => score(four, four, range));
    await expectError(`${name} of features`, 'TensorShapeError', () => score(five, five, range));
    for (const wrong of [0, -1, Number.NaN, [1, 0] as const, [0, Number.POSITIVE_INFINITY] as const])
      await expectError(`${name} of range ${wrong}`, 'ValueRangeError', () => score(image, image, { range: wrong }));
    // @ts-expect-error a range has to be given
    await expectError(`${name} without a range`, 'ValueRangeError', () => score(image, image, {}));
    if (minimum > 1) {
      const small = filled(minimum - 1, 0.5);
      await expectError(`${name} of a tiny image`, 'ImageTooSmallError', () => score(small, small, range));
      small.dispose();
    }
    for (const each of [image, wide, three, four, five, other]) each.dispose();
    expectTrue('No tensor is left', memory().numTensors === before);
    return {};
  },
});

const sizes = (subject: Subject): ConformanceCase => ({
  name: `${subject.name}: the smallest image has the score of the float64 form, in any range`,
  async run() {
    const { minimum: side, score, name } = subject;
    const { image, reference } = pair(side);
    const picture = (data: Float32Array): MeasuredImage => ({ width: side, height: side, channels: 3, data });
    let expected = subject.host?.(picture(image), picture(reference));
    const scaled = (data: Float32Array, factor: number, offset: number) => data.map((value) => value * factor + offset);
    const ways = [
      { range: 1, factor: 1, offset: 0 },
      { range: 255, factor: 255, offset: 0 },
      { range: [-1, 1] as const, factor: 2, offset: -1 },
    ];
    let worst = 0;
    for (const { range, factor, offset } of ways) {
      const [value] = await numbers(() =>
        score(square(scaled(image, factor, offset), side), square(scaled(reference, factor, offset), side), { range }),
      );
      expected ??= value!;
      worst = Math.max(worst, Math.abs(value! - expected));
    }
    expectBelow(name, worst, tolerance);
    return { error: worst };
  },
});

const special = (subject: Subject): ConformanceCase => ({
  name: `${subject.name}: identical, constant and grey images, NaN`,
  async run() {
    const { name, score, best } = subject;
    const side = Math.max(subject.minimum, 16);
    const { image, reference } = pair(side);
    const before = memory().numTensors;
    const [x, y] = [square(image, side), square(reference, side)];

    const [identical] = await numbers(() => score(y, y, range));
    expectTrue(`${name} of identical images is ${best}, not ${identical}`, same(identical!, best));
    const [first, second] = [filled(side, 0.25), filled(side, 0.75)];
    const constants = [
      [first, second, 0.25, 0.75],
      [first, first, 0.25, 0.25],
      [first, y, 0.25, undefined],
    ] as const;
    const picture = (data: Float32Array): MeasuredImage => ({ width: side, height: side, channels: 3, data });
    for (const [left, right, value, other] of constants) {
      const flat = (grey: number) => picture(new Float32Array(side * side * 3).fill(grey));
      const [found] = await numbers(() => score(left, right, range));
      const wanted = subject.host?.(flat(value), other === undefined ? picture(reference) : flat(other)) ?? found!;
      expectTrue(`${name} of a constant image is ${wanted}, not ${found}`, same(found!, wanted));
    }
    for (const [left, right] of [
      [y, y],
      [first, second],
      [first, first],
      [first, y],
      [y, first],
    ] as const) {
      const values = await numbers(() => slope(subject, left, right));
      expectTrue(`The gradient of ${name} is finite`, values.every(Number.isFinite));
    }

    const grey = reference.filter((_, i) => i % 3 === 0);
    const paler = image.filter((_, i) => i % 3 === 0);
    const [one] = await numbers(() => score(square(paler, side), square(grey, side), range));
    const tripled = (data: Float32Array) =>
      Float32Array.from({ length: 3 * data.length }, (_, i) => data[Math.floor(i / 3)]!);
    const [three] = await numbers(() => score(square(tripled(paler), side), square(tripled(grey), side), range));
    expectTrue(`${name} of a grey image is that of three equal channels`, same(one!, three!));

    const broken = image.slice();
    broken[17] = Number.NaN;
    const infinite = image.slice();
    infinite[17] = Number.POSITIVE_INFINITY;
    const [usual] = await numbers(() => score(x, y, range));
    for (const bad of [broken, infinite]) {
      const batch = (a: Float32Array, b: Float32Array) => concat([square(a, side), square(b, side)], 0);
      const scores = await numbers(() => score(batch(bad, image), batch(reference, reference), range));
      expectTrue(`${name} of an image with ${bad[17]} is NaN`, Number.isNaN(scores[0]));
      expectTrue(`${name} of its neighbour stays`, same(scores[1]!, usual!));
      const reversed = await numbers(() => score(y, square(bad, side), range));
      expectTrue(`${name} of a reference with ${bad[17]} is NaN`, Number.isNaN(reversed[0]));
    }
    for (const each of [x, y, first, second]) each.dispose();
    expectTrue('No tensor is left', memory().numTensors === before);
    return { identical: identical === best ? 0 : Math.abs(identical! - best) };
  },
});

/** LPIPS and DISTS as subjects; their weights are on the device while the checks run. */
const withNetwork = (name: string, minimum: number, create: () => Pick<tensors.Lpips, 'distance' | 'dispose'>) => ({
  name: `${name}: errors, the smallest image, identical, constant and grey images, NaN`,
  async run() {
    const untouched = memory().numTensors;
    const metric = create();
    const subject: Subject = { name, minimum, best: 0, score: metric.distance };
    const measured: Record<string, number> = {};
    for (const check of [errors, sizes, special]) Object.assign(measured, await check(subject).run());
    metric.dispose();
    expectTrue('No weights are left', memory().numTensors === untouched);
    return measured;
  },
});

const lpips = (network: NetworkName) =>
  tensors.createLpips(lpipsWeights({ network, version: '0.1' }, formulaBackbone(network), formulaHeads(network)));

const networkCases: readonly ConformanceCase[] = [
  withNetwork('LPIPS alex', 31, () => lpips('alex')),
  withNetwork('LPIPS squeeze', 17, () => lpips('squeeze')),
  withNetwork('DISTS', 16, () => tensors.createDists(distsWeights(formulaBackbone('vgg'), formulaFactors()))),
];

const samples: ConformanceCase = {
  name: 'checkSamples names what lies outside of the range',
  async run() {
    const { image } = pair(8);
    const at = async (index: number, value: number, range: tensors.TensorRange) => {
      const data = image.slice();
      data[index] = value;
      const tensor = square(data, 8);
      try {
        await tensors.checkSamples(tensor, { range });
      } finally {
        tensor.dispose();
      }
    };
    await at(3, 1.9, 1);
    await at(3, -2.9, [-1, 1]);
    await expectError('NaN', 'InvalidSampleError', () => at(3, Number.NaN, 1));
    await expectError('Infinity', 'InvalidSampleError', () => at(3, Number.POSITIVE_INFINITY, 1));
    await expectError('255 in 0..1', 'SampleRangeError', () => at(3, 255, 1));
    await expectError('-4 in -1..1', 'SampleRangeError', () => at(3, -4, [-1, 1]));
    await expectError('no range', 'ValueRangeError', () => at(3, 0, 0));
    return {};
  },
};

export const outcomeCases: readonly ConformanceCase[] = [
  ...subjects.flatMap((subject) => [errors(subject), sizes(subject), special(subject)]),
  samples,
  ...networkCases,
];
