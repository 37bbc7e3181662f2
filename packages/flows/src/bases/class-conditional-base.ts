import {
  cast,
  reshape,
  slice,
  split,
  stack,
  sum,
  type Tensor,
  type Tensor1D,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { FlowContextError } from '../errors.ts';
import { type Base, defineBase } from './base.ts';
import { chosen, requireAlike } from './mixture-base.ts';

/** What `classConditional` is made of. */
export interface ClassConditionalOptions {
  /** The density of each class, two or more of one shape. */
  readonly classes: readonly Base[];
  /** Features that the classes' own densities are conditioned on. */
  readonly contextChannels?: number;
}

/**
 * One density for each class: ln p(x | k) = ln p_k(x). The context is the classes as one-hot rows, [batch, classes]; where the
 * classes are conditional themselves, [one-hot | features]: [batch, classes + contextChannels], or with the same classes at every
 * position [batch, height, width, classes + contextChannels].
 * DeFlow's domains are two classes, N(0, I) and a `fullCovarianceNormal({ form: 'identityPlus' })`.
 * Throws `FlowContextError` for another context.
 */
export function classConditional({ classes, contextChannels = 0 }: ClassConditionalOptions): Base {
  const kind = 'classConditional';
  const shape = requireAlike(kind, classes);
  const count = classes.length;
  const read = (context?: Tensor): { labels: Tensor; features: Tensor | undefined } => {
    const last = context?.shape[context.rank - 1];
    if (!context || !(context.rank === 2 || context.rank === 4) || last !== count + contextChannels) {
      throw new FlowContextError(`${kind} got ${context ? `shape [${context.shape}]` : 'none'} for the classes.`, {
        remedy: `Pass one-hot rows${contextChannels > 0 ? ' and features' : ''}, [batch, ${count + contextChannels}].`,
        value: context?.shape,
      });
    }
    const [labels, features] = contextChannels > 0 ? split(context, [count, contextChannels], -1) : [context];
    const first = labels.rank === 4 ? slice(labels, [0, 0, 0, 0], [labels.shape[0], 1, 1, count]) : labels;
    return { labels: reshape(first, [-1, count]), features };
  };
  return defineBase({
    kind,
    parameters: { classes: classes.map(({ parameters }) => parameters) },
    shape,
    noiseShape: classes[0].noiseShape,
    logProb(x, context) {
      const { labels, features } = read(context);
      const densities = stack(
        classes.map((density) => density.logProb(x, features)),
        1,
      );
      return sum(where(cast(labels, 'bool'), densities, zerosLike(densities)), 1) as Tensor1D;
    },
    fromNoise(noise, { temperature, context } = {}) {
      const { labels, features } = read(context);
      const candidates = classes.map((density) => density.fromNoise(noise, { temperature, context: features }));
      return chosen(candidates, labels);
    },
  });
}
