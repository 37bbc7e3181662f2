import { getBackend } from '@tensorflow/tfjs-core';
import { describe } from 'vitest';

const isNative = getBackend() === 'tensorflow';
if (!isNative) console.warn('skipped where functions are not captured: TensorFlow is not running here');

/** A suite about graphs, which only the native engine has. */
export const describeNative = describe.skipIf(!isNative);
