import { add, mul, tidy } from '@tensorflow/tfjs-core';
import { type DenseBlockOptions, denseBlock } from './dense-block.ts';
import type { Layer } from './layer.ts';

/**
 * Residual in residual dense block (Wang et al. 2018): x + residualScale D3(D2(D1(x))) with three dense blocks.
 * Parameters `RDB1` to `RDB3`, as in the published checkpoints.
 */
export function rrdb(options: DenseBlockOptions): Layer {
  const blocks = [denseBlock(options), denseBlock(options), denseBlock(options)];
  return {
    parameters: Object.fromEntries(blocks.map((block, index) => [`RDB${index + 1}`, block.parameters])),
    apply: (x) =>
      tidy(() => {
        const last = blocks.reduce((value, block) => block.apply(value), x);
        return add(mul(last, options.residualScale ?? 0.2), x);
      }),
  };
}
