import type { CheckpointTensor } from '@deflow/checkpoints';
import { WeightsError } from '../backbones/errors.ts';
import { type ConvolutionWeights, decodeTensors, type NamedTensors, tensorReader } from '../backbones/weights.ts';
import { inceptionConvolutions } from './layers.ts';

/** The convolutions of FID's Inception v3 by their place in torchvision's state dict, with batch normalisation in them. */
export interface InceptionWeights {
  readonly convolutions: ReadonlyMap<string, ConvolutionWeights>;
}

/** What batch normalisation adds to the variance. */
const epsilon = 1e-3;

/**
 * Reads the weights of FID's Inception network from the bytes of `pt_inception-2015-12-05-6726825d.pth` or a file with the same
 * names and shapes (PyTorch or safetensors), in Node and in browsers.
 *
 * @throws WeightsError when a tensor is missing, has another shape or belongs elsewhere; CheckpointFormatError when the
 * bytes are no checkpoint
 */
export const decodeInceptionWeights = (bytes: Uint8Array): InceptionWeights => inceptionWeights(decodeTensors(bytes));

/** The convolutions, normalised. @throws WeightsError */
export function inceptionWeights(tensors: NamedTensors): InceptionWeights {
  const parameters = parametersOf(tensors);
  return { convolutions: new Map([...parameters].map(([key, each]) => [key, folded(each)])) };
}

/** The tensors that the network needs, without the classifier, to write them to a file. @throws WeightsError */
export function inceptionTensors(tensors: NamedTensors): Map<string, CheckpointTensor> {
  parametersOf(tensors);
  return new Map([...neededShapes()].map(([name]) => [name, tensors.get(name)!]));
}

/** A convolution and the normalisation after it, as they were trained. */
interface Parameters {
  readonly kernel: Float32Array;
  readonly gain: Float32Array;
  readonly shift: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

const normalisation = { gain: 'bn.weight', shift: 'bn.bias', mean: 'bn.running_mean', variance: 'bn.running_var' };

function neededShapes(): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const { key, inputs, outputs, height, width } of inceptionConvolutions) {
    shapes.set(`${key}.conv.weight`, [outputs, inputs, height, width]);
    for (const name of Object.values(normalisation)) shapes.set(`${key}.${name}`, [outputs]);
  }
  return shapes;
}

function parametersOf(tensors: NamedTensors): Map<string, Parameters> {
  const { problems, take } = tensorReader(tensors);
  const found = new Map([...neededShapes()].map(([name, shape]) => [name, take(name, shape)]));
  problems.push(...foreign(tensors, new Set(found.keys())));
  if (problems.length > 0)
    throw new WeightsError(
      "FID's Inception network",
      problems,
      'pt_inception-2015-12-05-6726825d.pth: deflow-metrics weights fetch inception',
    );
  return new Map(
    inceptionConvolutions.map(({ key }) => {
      const of = (name: string) => found.get(`${key}.${name}`)!;
      return [
        key,
        {
          kernel: of('conv.weight'),
          gain: of(normalisation.gain),
          shift: of(normalisation.shift),
          mean: of(normalisation.mean),
          variance: of(normalisation.variance),
        },
      ];
    }),
  );
}

/** Classifiers, which FID does not look at, and counters of batches. */
const ignored = /^(fc|AuxLogits)\.|\.num_batches_tracked$/;

/** What shows that this is another network. torchvision's own has the same names and shapes but for the number of classes. */
function foreign(tensors: NamedTensors, needed: ReadonlySet<string>): string[] {
  const strange = [...tensors.keys()].filter((name) => !needed.has(name) && !ignored.test(name));
  const problems = strange.map((name) => `${name} belongs to another network`);
  const classes = tensors.get('fc.weight')?.shape[0];
  if (classes !== undefined && classes !== 1008)
    problems.push(
      `fc.weight has ${classes} classes, not 1008: it was trained otherwise, as torchvision's inception_v3 was`,
    );
  return problems;
}

/** The convolution that gives what the normalisation makes of this one. */
function folded({ kernel, gain, shift, mean, variance }: Parameters): ConvolutionWeights {
  const size = kernel.length / gain.length;
  const scale = Float64Array.from(gain, (value, i) => value / Math.sqrt(variance[i]! + epsilon));
  return {
    kernel: kernel.map((value, i) => value * scale[Math.floor(i / size)]!),
    bias: shift.map((value, i) => value - mean[i]! * scale[i]!),
  };
}
