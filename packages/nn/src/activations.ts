import { leakyRelu as tensorLeakyRelu, relu as tensorRelu } from '@tensorflow/tfjs-core';
import type { Layer } from './layer.ts';

/** max(x, 0), element by element. */
export const relu = (): Layer => ({ parameters: {}, apply: (x) => tensorRelu(x) });

/** x where x >= 0, else `slope` times x. ESRGAN and its descendants use 0.2. */
export const leakyRelu = (slope = 0.2): Layer => ({ parameters: {}, apply: (x) => tensorLeakyRelu(x, slope) });
