import type { ParameterTree } from '@deflow/nn';
import { add, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { isFeatures } from './context.ts';
import { tidied } from './define-layer.ts';
import { FlowConfigurationError, within } from './errors.ts';
import type { Context, FlowLayer } from './flow-layer.ts';
import { contextNotBefore } from './memory/not-before.ts';
import { tensorsIn } from './memory/reverse-layer.ts';
import type { Shape } from './shape.ts';
import type { SplitLayer } from './split-prior.ts';

/** One level: a flow, then perhaps a split that takes out a latent. */
export interface Level {
  readonly flow: FlowLayer;
  readonly split?: SplitLayer;
}

/** A flow with several latents. `contexts`: one per level, features or what `prepare` made of them. */
export interface MultiScaleFlow {
  readonly kind: string;
  readonly parameters: ParameterTree;
  readonly levels: readonly Level[];
  /** The latents' shapes for data of this shape, all without the batch axis. Throws `FlowShapeError`. */
  latentShapes(shape: Shape): Shape[];
  /** The latents in the order in which they leave the flow, the last level's at the end; logDet [batch] of all together. */
  forward(x: Tensor, contexts?: readonly Context[]): { latents: Tensor[]; logDet: Tensor1D };
  inverse(latents: readonly Tensor[], contexts?: readonly Context[]): { x: Tensor; logDet: Tensor1D };
  /** `FlowLayer.prepare` of every level, from the features of every level. */
  prepare(features: readonly Context[]): Context[];
  /** `FlowLayer.settle` of every level. */
  settle(iterations?: number): void;
  /** Data-dependent start, level after level. */
  initialize(x: Tensor, contexts?: readonly Context[]): void;
}

/**
 * Levels one after the other (RealNVP, Dinh et al. 2017): what a level's split lets pass goes to the next level, what it takes out
 * becomes a latent. Throws `FlowShapeError` with the path to the layer that does not fit.
 */
export function multiScale(levels: readonly Level[]): MultiScaleFlow {
  const kind = 'multiScale';
  if (levels.length === 0) {
    throw new FlowConfigurationError(`${kind}: there are no levels.`, { remedy: 'Give at least one level.' });
  }
  const wanted = 1 + levels.filter(({ split }) => split).length;
  /** What the flow and the split of a level are conditioned on: the same features, or what `prepare` made of them for each. */
  const contextsOf = (index: number, context?: Context): { flow?: Context; split?: Context } => {
    if (context === undefined || isFeatures(context)) return { flow: context, split: context };
    return levels[index].split?.prepare ? (context as { flow: Context; split: Context }) : { flow: context };
  };
  const at = <Result>(index: number, call: () => Result): Result => within(`level ${index}`, call);

  return {
    kind,
    levels,
    parameters: {
      levels: levels.map(({ flow, split }) => ({
        flow: flow.parameters,
        ...(split && { split: split.parameters }),
      })),
    },
    latentShapes(shape) {
      const shapes: Shape[] = [];
      let passing = shape;
      levels.forEach(({ flow, split }, index) => {
        passing = at(index, () => flow.latentShape(passing));
        if (!split) return;
        const { passed, latent } = at(index, () => split.latentShapes(passing));
        shapes.push(latent);
        passing = passed;
      });
      return [...shapes, passing];
    },
    forward: (data, contexts = []) =>
      tidied(() => {
        const latents: Tensor[] = [];
        const logDets: Tensor1D[] = [];
        let passing = data;
        levels.forEach(({ flow, split }, index) => {
          const context = contextsOf(index, contexts[index]);
          const level = at(index, () => flow.forward(passing, context.flow));
          logDets.push(level.logDet);
          passing = level.z;
          if (!split) return;
          const { passed, latent, logDet } = at(index, () => split.forward(passing, context.split));
          latents.push(latent);
          logDets.push(logDet);
          passing = passed;
        });
        return { latents: [...latents, passing], logDet: total(logDets) };
      }),
    inverse(latents, contexts = []) {
      if (latents.length !== wanted) {
        throw new FlowConfigurationError(`${kind} decodes ${wanted} latents and got ${latents.length}.`, {
          remedy: 'Pass all latents in the order in which `forward` gave them.',
          value: latents.length,
        });
      }
      return tidied(() => {
        const left = [...latents];
        const logDets: Tensor1D[] = [];
        let passing = left.pop()!;
        for (let index = levels.length - 1; index >= 0; index--) {
          const { flow, split } = levels[index];
          const context = contextsOf(index, contexts[index]);
          if (split) {
            const joined = at(index, () => split.inverse(passing, left.pop()!, context.split));
            logDets.push(joined.logDet);
            passing = joined.x;
          }
          const level = at(index, () => flow.inverse(passing, context.flow));
          logDets.push(level.logDet);
          passing = level.x;
        }
        return { x: passing, logDet: total(logDets) };
      });
    },
    prepare(features) {
      // One level after the other, as `sequential` does with layers.
      let signals: readonly Tensor[] = [];
      return levels.map(({ flow, split }, index) => {
        if (!flow.prepare && !split?.prepare) return {};
        const seen = contextNotBefore(features[index], signals);
        const own = flow.prepare?.(seen) ?? {};
        signals = tensorsIn(own);
        return split?.prepare ? { flow: own, split: split.prepare(seen as Tensor) } : own;
      });
    },
    settle(iterations) {
      for (const { flow } of levels) flow.settle?.(iterations);
    },
    initialize(data, contexts = []) {
      tidied(() => {
        let passing = data;
        levels.forEach(({ flow, split }, index) => {
          const context = contextsOf(index, contexts[index]);
          at(index, () => flow.initialize?.(passing, context.flow));
          passing = flow.forward(passing, context.flow).z;
          if (split) passing = split.forward(passing, context.split).passed;
        });
      });
    },
  };
}

const total = (logDets: readonly Tensor1D[]): Tensor1D => logDets.reduce((sum, logDet) => add(sum, logDet));
