import type { NetworkName } from '../../backbones/networks.ts';
import { type MeasuredImage, toPlanes } from '../../input/planes.ts';
import type { LpipsVersion } from '../../lpips/weights.ts';
import { readDistsWeights, readLpipsWeights } from '../weights/read-weights.ts';
import { loadEngine } from './engine.ts';
import { UsageError } from './errors.ts';

/** What the command line says about the metrics with networks. */
export interface PerceptualSettings {
  readonly cropBorder: number;
  /** `alex`, `vgg`, `squeeze`, with or without a version: `vgg-v0.0`. */
  readonly lpips?: string;
  /** The folder of weights. */
  readonly weights?: string;
  /** The module that computes with tensors. */
  readonly engine?: string;
}

type Score = (image: MeasuredImage, reference: MeasuredImage) => number;

/** LPIPS with its weights read. */
export async function prepareLpips({
  lpips = 'alex',
  weights,
  engine,
  cropBorder,
}: PerceptualSettings): Promise<Score> {
  const [, network, version = '0.1'] = /^(alex|vgg|squeeze)(?:-v(0\.[01]))?$/.exec(lpips) ?? [];
  if (!network)
    throw new UsageError(`--lpips ${lpips} is not alex, vgg or squeeze, nor one of these with -v0.0 or -v0.1.`);
  const read = { network: network as NetworkName, version: version as LpipsVersion, folder: weights };
  const parameters = await readLpipsWeights(read);
  await loadEngine(engine);
  const { createLpips } = await import('../../tensors.ts');
  return scored(createLpips(parameters), cropBorder);
}

/** DISTS with its weights read. */
export async function prepareDists({ weights, engine, cropBorder }: PerceptualSettings): Promise<Score> {
  const parameters = await readDistsWeights({ folder: weights });
  await loadEngine(engine);
  const { createDists } = await import('../../tensors.ts');
  return scored(createDists(parameters), cropBorder);
}

type Metric = Pick<ReturnType<typeof import('../../tensors.ts')['createDists']>, 'distance'>;

async function scored({ distance }: Metric, cropBorder: number): Promise<Score> {
  const { tensor4d, tidy } = await import('@tensorflow/tfjs-core');
  const tensorOf = (image: MeasuredImage) => {
    const { width, height, planes } = toPlanes(image);
    const samples = new Float32Array(width * height * planes.length);
    planes.forEach((plane, channel) => {
      for (let i = 0; i < plane.length; i++) samples[i * planes.length + channel] = plane[i]!;
    });
    return tensor4d(samples, [1, height, width, planes.length]);
  };
  return (image, reference) => {
    let result = Number.NaN;
    tidy(() => {
      result = distance(tensorOf(image), tensorOf(reference), { range: 255, cropBorder }).dataSync()[0]!;
    });
    return result;
  };
}
