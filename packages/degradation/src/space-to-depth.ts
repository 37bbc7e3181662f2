import { squeeze } from '@deflow/flows';
import type { Tensor4D } from '@tensorflow/tfjs-core';

const layer = squeeze();

/** [batch, 2h, 2w, c] to [batch, h, w, 4c], channels ordered as the flow's squeeze orders them. */
export const spaceToDepth = (x: Tensor4D): Tensor4D => layer.forward(x).z as Tensor4D;
