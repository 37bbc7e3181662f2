import { type CheckpointTensor, decodePyTorch, decodeSafetensors, stateDict, toFloat32 } from '@deflow/checkpoints';
import { WeightsError } from './errors.ts';
import { convolutionsOf, type NetworkName, networks } from './networks.ts';

/** Tensors by name, as a checkpoint holds them. */
export type NamedTensors = ReadonlyMap<string, CheckpointTensor>;

/** The parameters of one convolution. */
export interface ConvolutionWeights {
  /** [outputs, inputs, height, width], in this order in memory. */
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** The convolutions of a network by their place in torchvision's state dict, like `features.0`. */
export interface BackboneWeights {
  readonly network: NetworkName;
  readonly convolutions: ReadonlyMap<string, ConvolutionWeights>;
}

/** The names of torchvision. */
export const torchvisionNames = { alex: 'alexnet', vgg: 'vgg16', squeeze: 'squeezenet1_1' } as const;

/** The tensors of a PyTorch or safetensors file. */
export function decodeTensors(bytes: Uint8Array): NamedTensors {
  const openingBrace = 0x7b;
  return bytes[8] === openingBrace ? decodeSafetensors(bytes).tensors : stateDict(decodePyTorch(bytes).value);
}

/** Finds tensors by name and shape and collects what is wrong with the others. */
export function tensorReader(tensors: NamedTensors) {
  const problems: string[] = [];
  const take = (name: string, shape: readonly number[]): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor && String(tensor.shape) === String(shape)) return toFloat32(tensor);
    problems.push(tensor ? `${name} has the shape [${tensor.shape}], not [${shape}]` : `there is no ${name}`);
    return new Float32Array(0);
  };
  return { problems, take };
}

/** The convolutions of a network; what else the tensors hold, like classifiers, is left out. @throws WeightsError */
export function backboneWeights(network: NetworkName, tensors: NamedTensors): BackboneWeights {
  const { problems, take } = tensorReader(tensors);
  const convolutions = new Map(
    convolutionsOf(networks[network]).map(({ key, inputs, outputs, kernelSize }) => [
      key,
      {
        kernel: take(`${key}.weight`, [outputs, inputs, kernelSize, kernelSize]),
        bias: take(`${key}.bias`, [outputs]),
      },
    ]),
  );
  const name = torchvisionNames[network];
  if (problems.length > 0)
    throw new WeightsError(name, problems, `torchvision's ${name}: deflow-metrics weights fetch ${name}`);
  return { network, convolutions };
}

/** The tensors of `backboneWeights`, to write them to a file. */
export function backboneTensors({ network, convolutions }: BackboneWeights): Map<string, CheckpointTensor> {
  const tensors = new Map<string, CheckpointTensor>();
  for (const { key, inputs, outputs, kernelSize } of convolutionsOf(networks[network])) {
    const { kernel, bias } = convolutions.get(key)!;
    tensors.set(`${key}.weight`, { type: 'float32', shape: [outputs, inputs, kernelSize, kernelSize], data: kernel });
    tensors.set(`${key}.bias`, { type: 'float32', shape: [outputs], data: bias });
  }
  return tensors;
}
