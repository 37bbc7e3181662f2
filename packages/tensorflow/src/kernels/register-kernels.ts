import { applyAdam } from './apply-adam.ts';
import { correctedKernels } from './corrected-kernels.ts';
import { gradientKernels } from './gradient-kernels.ts';
import { precisionKernels } from './in-float32.ts';
import { leakyRelu } from './leaky-relu.ts';
import { registerNativeKernels } from './native-kernel.ts';
import { notBefore } from './not-before.ts';
import { placedConvolutions } from './placed-convolutions.ts';

/** Registers our kernels for the native backend, over tfjs-node's, which must be registered already. */
export const registerEngineKernels = (): void =>
  registerNativeKernels([
    applyAdam,
    leakyRelu,
    notBefore,
    ...precisionKernels,
    ...correctedKernels,
    ...gradientKernels,
    ...placedConvolutions,
  ]);
