import { cast, stack, sum, type Tensor, type Tensor1D, where, zerosLike } from '@tensorflow/tfjs-core';
import { FlowContextError } from '../errors.ts';
import { type Base, defineBase } from './base.ts';
import { chosen, requireAlike } from './mixture-base.ts';

export interface ClassConditionalOptions {
  /** The density of each class, two or more of one shape. */
  readonly classes: readonly Base[];
}

/**
 * One density for each class: ln p(x | k) = ln p_k(x). The context is the classes as one-hot rows, [batch, classes].
 * DeFlow's domains are two classes, N(0, I) and a `fullCovarianceNormal({ form: 'identityPlus' })`.
 * Throws `FlowContextError` for another context.
 */
export function classConditional({ classes }: ClassConditionalOptions): Base {
  const kind = 'classConditional';
  const shape = requireAlike(kind, classes);
  const labels = (context?: Tensor): Tensor => {
    if (context?.rank !== 2 || context.shape[1] !== classes.length) {
      throw new FlowContextError(`${kind} got ${context ? `shape [${context.shape}]` : 'none'} for the classes.`, {
        remedy: `Pass one-hot rows, [batch, ${classes.length}].`,
        value: context?.shape,
      });
    }
    return context;
  };
  return defineBase({
    kind,
    parameters: { classes: classes.map(({ parameters }) => parameters) },
    shape,
    noiseShape: classes[0].noiseShape,
    logProb(x, context) {
      const densities = stack(
        classes.map((density) => density.logProb(x)),
        1,
      );
      return sum(where(cast(labels(context), 'bool'), densities, zerosLike(densities)), 1) as Tensor1D;
    },
    fromNoise(noise, { temperature, context } = {}) {
      const candidates = classes.map((density) => density.fromNoise(noise, { temperature }));
      return chosen(candidates, labels(context));
    },
  });
}
