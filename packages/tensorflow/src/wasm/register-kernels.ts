import { Conv2D, getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { BackendUnavailableError } from '../errors.ts';
import { activationKernels } from './kernels/activations.ts';
import { applyAdam } from './kernels/apply-adam.ts';
import { avgPool3dGrad } from './kernels/avg-pool-3d-grad.ts';
import { avgPoolGrad } from './kernels/avg-pool-grad.ts';
import { batchMatMul } from './kernels/batch-mat-mul.ts';
import { broadcastTo } from './kernels/broadcast-to.ts';
import { concat } from './kernels/concat.ts';
import { conv2d } from './kernels/conv2d.ts';
import { conv2dBackpropFilter } from './kernels/conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './kernels/conv2d-backprop-input.ts';
import { conv3dBackpropFilter } from './kernels/conv3d-backprop-filter.ts';
import { conv3dBackpropInput } from './kernels/conv3d-backprop-input.ts';
import { depthwiseBackpropFilter } from './kernels/depthwise-backprop-filter.ts';
import { depthwiseBackpropInput } from './kernels/depthwise-backprop-input.ts';
import { einsum } from './kernels/einsum.ts';
import { identity } from './kernels/identity.ts';
import { maxPool3d } from './kernels/max-pool-3d.ts';
import { maxPool3dGrad } from './kernels/max-pool-3d-grad.ts';
import { maxPoolGrad } from './kernels/max-pool-grad.ts';
import { mirrorPadGrad } from './kernels/mirror-pad-grad.ts';
import { pad } from './kernels/pad.ts';
import { prelu } from './kernels/prelu.ts';
import { resizeBilinearGrad } from './kernels/resize-bilinear-grad.ts';
import { resizeNearestGrad } from './kernels/resize-nearest-grad.ts';
import { slice } from './kernels/slice.ts';
import { split } from './kernels/split.ts';
import { sum } from './kernels/sum.ts';
import { tile } from './kernels/tile.ts';
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum.ts';
import type { TrainingKernel } from './training-kernel.ts';

const kernels: readonly TrainingKernel[] = [
  ...activationKernels,
  applyAdam,
  avgPool3dGrad,
  avgPoolGrad,
  batchMatMul,
  broadcastTo,
  concat,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  conv3dBackpropFilter,
  conv3dBackpropInput,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  einsum,
  identity,
  maxPool3d,
  maxPool3dGrad,
  maxPoolGrad,
  mirrorPadGrad,
  pad,
  prelu,
  resizeBilinearGrad,
  resizeNearestGrad,
  slice,
  split,
  sum,
  tile,
  unsortedSegmentSum,
];

const registered = new WeakSet<KernelConfig>();

/**
 * Registers the kernels that training needs and the wasm backend of TensorFlow.js lacks, computes wrongly or slowly.
 * Calling it again does nothing. Works in Node and in browsers.
 *
 * @throws BackendUnavailableError when `@tensorflow/tfjs-backend-wasm` has not been imported before.
 */
export function registerWasmTrainingKernels(): void {
  if (!getKernel(Conv2D, 'wasm')) {
    throw new BackendUnavailableError('The wasm backend has no kernels yet.', {
      value: 'wasm',
      remedy: "Import '@tensorflow/tfjs-backend-wasm' before registering the kernels for training.",
    });
  }
  for (const { kernelName, configure } of kernels) {
    const stock = getKernel(kernelName, 'wasm');
    if (stock && registered.has(stock)) continue;
    if (stock) unregisterKernel(kernelName, 'wasm');
    const ours = configure(stock);
    registerKernel(ours);
    registered.add(ours);
  }
}
