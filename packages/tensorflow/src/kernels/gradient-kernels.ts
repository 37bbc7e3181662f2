import type { TensorInfo } from '@tensorflow/tfjs-core';
import { tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { type Attribute, boolAttribute, type NodeBackend, typeAttribute } from '../compile/node-backend.ts';
import { type NativeKernel, nativeKernel } from './native-kernel.ts';

interface ActivationInputs {
  readonly dy: TensorInfo;
  /** What TensorFlow's operation takes beside dy: the activation's result, or its argument. */
  readonly features: TensorInfo;
}

interface Resized {
  readonly dy: TensorInfo;
  readonly images: TensorInfo;
}

interface ResizeAttributes {
  readonly alignCorners: boolean;
  readonly halfPixelCenters?: boolean;
}

const typeOf = (backend: NodeBackend, name: string, { dtype }: TensorInfo): Attribute =>
  typeAttribute(backend.binding, name, backend.getDTypeInteger(dtype));

/** The gradient of an activation as one operation of TensorFlow of the same name. */
const activationGradient = (
  kernelName: string,
  order: (inputs: ActivationInputs) => readonly TensorInfo[],
): NativeKernel =>
  nativeKernel<ActivationInputs, { alpha?: number }>(kernelName, ({ inputs, attrs, backend }) => {
    const slope =
      attrs.alpha === undefined ? [] : [{ name: 'alpha', type: backend.binding.TF_ATTR_FLOAT, value: attrs.alpha }];
    return backend.executeSingleOutput(kernelName, [typeOf(backend, 'T', inputs.dy), ...slope], order(inputs));
  });

const gradientFirst = ({ dy, features }: ActivationInputs) => [dy, features];
const featuresFirst = ({ dy, features }: ActivationInputs) => [features, dy];

const broadcastTo = nativeKernel<{ x: TensorInfo }, { shape: number[] }>(
  'BroadcastTo',
  ({ inputs: { x }, attrs, backend }) =>
    tidy(() => {
      const attributes = [typeOf(backend, 'T', x), typeAttribute(backend.binding, 'Tidx', backend.binding.TF_INT32)];
      return backend.executeSingleOutput('BroadcastTo', attributes, [x, tensor1d(attrs.shape, 'int32')]);
    }),
);

interface NormalizationInputs {
  readonly dy: TensorInfo;
  readonly x: TensorInfo;
  readonly scale: TensorInfo;
  readonly mean: TensorInfo;
  readonly variance: TensorInfo;
}

/** Gives the gradients with respect to x, scale and offset. */
const fusedBatchNormGrad = nativeKernel<NormalizationInputs, { varianceEpsilon: number }>(
  'FusedBatchNormGrad',
  ({ inputs: { dy, x, scale, mean, variance }, attrs, backend }) => {
    const { binding } = backend;
    const attributes = [
      typeOf(backend, 'T', x),
      { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: attrs.varianceEpsilon },
      { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
      boolAttribute(binding, 'is_training', false),
    ];
    const outputs = backend.executeMultipleOutputs('FusedBatchNormGrad', attributes, [dy, x, scale, mean, variance], 5);
    for (const unused of outputs.slice(3)) unused.dispose();
    return outputs.slice(0, 3);
  },
);

const mirrorPadGrad = nativeKernel<{ dy: TensorInfo }, { paddings: [number, number][]; mode: string }>(
  'MirrorPadGrad',
  ({ inputs: { dy }, attrs: { paddings, mode }, backend }) =>
    tidy(() => {
      const { binding } = backend;
      const attributes = [
        typeOf(backend, 'T', dy),
        typeAttribute(binding, 'Tpaddings', binding.TF_INT32),
        { name: 'mode', type: binding.TF_ATTR_STRING, value: mode.toUpperCase() },
      ];
      return backend.executeSingleOutput('MirrorPadGrad', attributes, [
        dy,
        tensor2d(paddings, [paddings.length, 2], 'int32'),
      ]);
    }),
);

const resizeAttributes = ({ binding }: NodeBackend, { alignCorners, halfPixelCenters = false }: ResizeAttributes) => [
  boolAttribute(binding, 'align_corners', alignCorners),
  boolAttribute(binding, 'half_pixel_centers', halfPixelCenters),
];

/** tfjs-node leaves out halfPixelCenters. */
const resizeBilinearGrad = nativeKernel<Resized, ResizeAttributes>(
  'ResizeBilinearGrad',
  ({ inputs: { dy, images }, attrs, backend }) => {
    const attributes = [typeOf(backend, 'T', images), ...resizeAttributes(backend, attrs)];
    return backend.executeSingleOutput('ResizeBilinearGrad', attributes, [dy, images]);
  },
);

/** The same, and TensorFlow's operation runs on one thread. */
const resizeNearestNeighborGrad = nativeKernel<Resized, ResizeAttributes>(
  'ResizeNearestNeighborGrad',
  ({ inputs: { dy, images }, attrs, backend }) =>
    tidy(() => {
      const attributes = [typeOf(backend, 'T', images), ...resizeAttributes(backend, attrs)];
      const size = tensor1d(images.shape.slice(1, 3), 'int32');
      return backend.executeSingleOutput('ResizeNearestNeighborGrad', attributes, [dy, size]);
    }),
);

/** TensorFlow's own gradients as kernels, for src/gradients. */
export const gradientKernels: readonly NativeKernel[] = [
  activationGradient('ReluGrad', gradientFirst),
  activationGradient('Relu6Grad', gradientFirst),
  activationGradient('LeakyReluGrad', gradientFirst),
  activationGradient('SoftplusGrad', gradientFirst),
  activationGradient('TanhGrad', featuresFirst),
  activationGradient('SigmoidGrad', featuresFirst),
  broadcastTo,
  fusedBatchNormGrad,
  mirrorPadGrad,
  resizeBilinearGrad,
  resizeNearestNeighborGrad,
];
