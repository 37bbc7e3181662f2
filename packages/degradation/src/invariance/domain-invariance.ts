import { createRandom, OptionError } from '@deflow/images';
import { add, concat, dispose, mul, type Tensor2D, type Tensor4D, tensor4d, tidy } from '@tensorflow/tfjs-core';
import type { DeFlow } from '../deflow.ts';
import type { Batch } from '../training-batch.ts';
import { pooledFeatures } from './pooled-features.ts';
import { type Example, ridgeClassifier } from './ridge-classifier.ts';

export interface DomainInvarianceOptions {
  /** Patches of both domains, at least 20 of each; as many as possible of different photographs. */
  readonly patches: Batch;
  /** `features`: what the flow sees of an image. `reduced`: what the conditioning network sees, for a choice before training. */
  readonly view?: 'features' | 'reduced';
  /** Of the conditioning noise and of the folds. */
  readonly seed?: number | string;
}

export interface DomainInvariance {
  /** How often a classifier ranks a degraded patch above a clean one: 0.5 when h hides the domain, 1 when it gives it away. */
  readonly areaUnderCurve: number;
  /** Of the area, if h hid the domain perfectly. */
  readonly standardError: number;
  /** How likely an area as large would be if h hid the domain perfectly. */
  readonly pValue: number;
}

const folds = 5;
const fewest = 20;
const chunk = 8;

/**
 * Tests how domain-invariant the conditioning h is (spec 1.5): a linear classifier learns the domain from what each patch's h is like as a
 * whole (mean, deviation and roughness of every channel), and is asked about patches that it has not seen, in five folds. An area near
 * 0.5 says that h hides the domain; if it is larger, a stronger reduction or more noise hides it better, at the price of detail.
 * Test with patches that training never saw, or features may remember them.
 * @throws OptionError for fewer than 20 patches of a domain.
 */
export async function domainInvariance(
  model: DeFlow,
  { patches, view = 'features', seed = 0 }: DomainInvarianceOptions,
): Promise<DomainInvariance> {
  const random = createRandom(seed);
  const normals = (count: number) => random.normals(count);
  const [clean, degraded] = [
    await describePatches(model, { values: patches.clean, size: patches.size, view, label: -1, normals }),
    await describePatches(model, { values: patches.degraded, size: patches.size, view, label: 1, normals }),
  ];
  const order = random.fork('folds');
  for (const domain of [clean, degraded]) order.shuffle(domain);
  let area = 0;
  let variance = 0;
  for (let fold = 0; fold < folds; fold++) {
    const held = (domain: readonly Example[]) => domain.filter((_, i) => i % folds === fold);
    const seen = [...clean, ...degraded].filter(
      (each) => !held(clean).includes(each) && !held(degraded).includes(each),
    );
    const score = ridgeClassifier(seen);
    const [below, above] = [held(clean), held(degraded)].map((domain) => domain.map(({ values }) => score(values)));
    area += areaBetween(below!, above!) / folds;
    variance += (below!.length + above!.length + 1) / (12 * below!.length * above!.length) / folds ** 2;
  }
  const standardError = Math.sqrt(variance);
  return { areaUnderCurve: area, standardError, pValue: upperTail((area - 0.5) / standardError) };
}

interface PatchesOptions {
  readonly values: Float32Array;
  readonly size: number;
  readonly view: 'features' | 'reduced';
  readonly label: number;
  readonly normals: (count: number) => Float32Array;
}

async function describePatches(
  model: DeFlow,
  { values, size, view, label, normals }: PatchesOptions,
): Promise<Example[]> {
  const numbers = size * size * 3;
  const count = values.length / numbers;
  if (!Number.isInteger(count) || count < fewest) {
    throw new OptionError(`There are ${count} ${label < 0 ? 'clean' : 'degraded'} patches to test with.`, {
      remedy: `Give at least ${fewest} whole patches of ${size} x ${size} x 3 of each domain.`,
      value: count,
    });
  }
  const [height, width, channels] = model.noiseShapes({ height: size, width: size }).conditioning;
  const examples: Example[] = [];
  for (let at = 0; at < count; at += chunk) {
    const batch = Math.min(chunk, count - at);
    const images = tensor4d(values.slice(at * numbers, (at + batch) * numbers), [batch, size, size, 3]);
    const noise = tensor4d(normals(batch * height * width * channels), [batch, height, width, channels]);
    const described = tidy(() => describeImages(model, images, noise, view));
    const all = (await described.data()) as Float32Array;
    const length = all.length / batch;
    for (let i = 0; i < batch; i++) examples.push({ values: all.slice(i * length, (i + 1) * length), label });
    dispose([images, noise, described]);
  }
  return examples;
}

function describeImages(model: DeFlow, images: Tensor4D, noise: Tensor4D, view: 'features' | 'reduced'): Tensor2D {
  if (view === 'reduced') {
    return pooledFeatures(add(model.reduce(images), mul(noise, model.config.conditioning.noise)) as Tensor4D);
  }
  return concat(model.features(images, noise).levels.map(pooledFeatures), 1) as Tensor2D;
}

/** The share of pairs that stand in the right order; ties count half. */
function areaBetween(below: readonly number[], above: readonly number[]): number {
  let right = 0;
  for (const low of below) for (const high of above) right += high > low ? 1 : high === low ? 0.5 : 0;
  return right / (below.length * above.length);
}

/** The probability that a standard normal number exceeds z (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
