import { type TensorContainer, tidy } from '@tensorflow/tfjs-core';
import type { Context, FlowLayer, Forward, Inverse, Reversed } from './flow-layer.ts';
import { sampleShape } from './shape.ts';

/** `tidy` for records of tensors whose types have no index signature. */
export function tidied<Result>(compute: () => Result): Result {
  return tidy(compute as () => TensorContainer) as Result;
}

/**
 * Makes a layer out of its formulas: every call first checks the shape that it got (through `latentShape` and `dataShape`)
 * and frees whatever the formulas leave behind.
 */
export function defineLayer(formulas: FlowLayer): FlowLayer {
  const { prepare, reverse, initialize, initializeInverse, latentShape, dataShape } = formulas;
  return {
    ...formulas,
    forward(x, context): Forward {
      latentShape(sampleShape(x));
      return tidied(() => formulas.forward(x, context));
    },
    inverse(z, context): Inverse {
      dataShape(sampleShape(z));
      return tidied(() => formulas.inverse(z, context));
    },
    ...(prepare && { prepare: (features): Context => tidied(() => prepare(features)) }),
    ...(reverse && {
      reverse(z, incoming, context): Reversed {
        dataShape(sampleShape(z));
        return tidied(() => reverse(z, incoming, context));
      },
    }),
    ...(initialize && {
      initialize(x, context) {
        latentShape(sampleShape(x));
        tidied(() => initialize(x, context));
      },
    }),
    ...(initializeInverse && {
      initializeInverse(z, context) {
        dataShape(sampleShape(z));
        tidied(() => initializeInverse(z, context));
      },
    }),
  };
}
