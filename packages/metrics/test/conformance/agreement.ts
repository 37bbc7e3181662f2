import { div, fill, grad, memory, mul, slice, sum, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { MeasuredImage } from '../../src/input/planes.ts';
import { type ConformanceCase, expectBelow, expectTrue } from './checks.ts';
import { type ComparedMetric, comparedMetrics } from './metrics.ts';
import { distortedByFormula, hashed, pictureByFormula } from './pictures.ts';

/** Two pairs as typed arrays, and as tensors of a batch of two. */
function pairs({ width, height }: ComparedMetric) {
  const references = [1, 2].map((seed) => pictureByFormula(width, height, 3, seed));
  const images = references.map((reference, index) => distortedByFormula(reference, index));
  const batch = (pictures: readonly Float32Array[]) =>
    tensor4d(Float32Array.from(pictures.flatMap((each) => [...each])), [2, height, width, 3]);
  return { images, references, batch };
}

const values: readonly ConformanceCase[] = comparedMetrics.map((metric) => ({
  name: `${metric.name}: a batch has the scores of the float64 form`,
  async run() {
    const { width, height, host, tensor, tolerance } = metric;
    const { images, references, batch } = pairs(metric);
    const [image, reference] = [batch(images), batch(references)];
    const before = memory().numTensors;
    const scores = tensor(image, reference);
    expectTrue('One tensor is left', memory().numTensors === before + 1);
    expectTrue('The scores are one for each image', scores.shape.length === 1 && scores.shape[0] === 2);
    const results = await scores.data();
    for (const each of [scores, image, reference]) each.dispose();
    const picture = (data: Float32Array): MeasuredImage => ({ width, height, channels: 3, data });
    const errors = images.map((each, i) => Math.abs(host(picture(each), picture(references[i]!)) - results[i]!));
    for (const error of errors) expectBelow(metric.name, error, tolerance);
    return { error: Math.max(...errors) };
  },
}));

/** Colours and filters are matrix products; a division leaves 0 / 0 where a texel of WebGL has no samples. */
const computed: ConformanceCase = {
  name: 'a batch has the scores of one that a division on the device has made',
  async run() {
    const differences: number[] = [];
    for (const metric of comparedMetrics.filter(({ width }) => width === 61)) {
      const { images, references, batch } = pairs(metric);
      const [image, reference] = [batch(images), batch(references)];
      const halved = tidy(() => div(mul(image, 2), fill(image.shape, 2)) as Tensor4D);
      const [scores, others] = [metric.tensor(image, reference), metric.tensor(halved, reference)];
      const [values, otherValues] = [await scores.data(), await others.data()];
      for (const each of [image, reference, halved, scores, others]) each.dispose();
      for (const [i, value] of values.entries()) {
        expectBelow(metric.name, Math.abs(value - otherValues[i]!), metric.tolerance);
        differences.push(Math.abs(value - otherValues[i]!));
      }
    }
    return { difference: Math.max(...differences) };
  },
};

const gradients: readonly ConformanceCase[] = comparedMetrics
  .filter(({ rounded }) => !rounded)
  .map((metric) => ({
    name: `${metric.name}: the gradient agrees with differences of the float64 form`,
    async run() {
      const { width, height, host, tensor, gradientTolerance } = metric;
      const { images, references, batch } = pairs(metric);
      const [image, reference] = [batch(images), batch(references)];
      const before = memory().numTensors;
      const slope = tidy(() => grad((x) => sum(tensor(x as Tensor4D, reference)))(image));
      const otherSlope = tidy(() => grad((x) => sum(tensor(image, x as Tensor4D)))(reference));
      expectTrue('Two tensors are left', memory().numTensors === before + 2);
      const gradientsOf = async (x: typeof slope) =>
        (await tidy(() => slice(x, [1, 0, 0, 0], [1, height, width, 3])).data()) as Float32Array;
      const found = [await gradientsOf(slope), await gradientsOf(otherSlope)];
      for (const each of [slope, otherSlope, image, reference]) each.dispose();

      const picture = (data: Float64Array): MeasuredImage => ({ width, height, channels: 3, data });
      const moved = (data: Float32Array, direction: ArrayLike<number>, by: number) =>
        picture(Float64Array.from(data, (value, i) => value + by * direction[i]!));
      const errors = found.map((gradient, side) => {
        const length = Math.sqrt(gradient.reduce((total, value) => total + value * value, 0));
        expectTrue('The gradient is finite and not 0', length > 0 && Number.isFinite(length));
        // Along the gradient itself, and along a direction that is none of its own.
        const directions = [
          Float64Array.from(gradient, (value) => value / length),
          Float64Array.from(
            gradient,
            (value, i) => (Math.sign(value) + hashed(i, 7) - 0.5) / Math.sqrt(gradient.length),
          ),
        ];
        return directions.map((direction) => {
          const step = 1e-6;
          const at = (by: number) => {
            const first = moved(images[1]!, direction, side === 0 ? by : 0);
            return host(first, moved(references[1]!, direction, side === 1 ? by : 0));
          };
          const difference = (at(step) - at(-step)) / (2 * step);
          const expected = gradient.reduce((total, value, i) => total + value * direction[i]!, 0);
          return Math.abs(difference - expected) / Math.abs(difference);
        });
      });
      for (const error of errors.flat()) expectBelow(`${metric.name} (derivative)`, error, gradientTolerance);
      return { relativeError: Math.max(...errors.flat()) };
    },
  }));

export const agreementCases: readonly ConformanceCase[] = [...values, computed, ...gradients];
