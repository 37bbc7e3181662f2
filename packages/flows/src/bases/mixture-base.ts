import {
  add,
  addN,
  concat,
  cumsum,
  logSoftmax,
  logSumExp,
  mean,
  mul,
  reshape,
  slice,
  softmax,
  stack,
  step,
  sub,
  type Tensor,
  type Tensor1D,
  unstack,
} from '@tensorflow/tfjs-core';
import type { CouplingNetwork } from '../coupling-network.ts';
import { FlowConfigurationError } from '../errors.ts';
import { parameter } from '../parameter.ts';
import { requireNetwork } from '../require-network.ts';
import type { Shape } from '../shape.ts';
import { type Base, defineBase } from './base.ts';
import { normalNoise } from './normal-noise.ts';
import { normalToUniform } from './uniform-base.ts';

/** What `mixture` is made of. */
export interface MixtureOptions {
  /** At least two, all of one shape. */
  readonly components: readonly Base[];
  /** Their shares at the start, in any unit; equal unless given. */
  readonly weights?: readonly number[];
  /** Makes the shares depend on the context: sees it (inputChannels 0) and gives one logit per component, [batch, components]; over images their mean counts. */
  readonly network?: CouplingNetwork;
}

/** Throws `FlowConfigurationError` unless there are two bases or more of one shape. */
export function requireAlike(kind: string, bases: readonly Base[]): Shape {
  const shapes = new Set(bases.map(({ shape, noiseShape }) => `[${shape}] from noise [${noiseShape}]`));
  if (bases.length < 2 || shapes.size > 1) {
    throw new FlowConfigurationError(`${kind}: ${bases.length} components of shapes ${[...shapes].join(', ')}.`, {
      remedy: 'Give two or more components of one shape.',
      value: bases.length,
    });
  }
  return bases[0].shape;
}

/** The one of `candidates` [batch, ...] that `choice` [batch, candidates] marks with a one, for each sample. */
export const chosen = (candidates: readonly Tensor[], choice: Tensor): Tensor =>
  addN(
    unstack(choice, 1).map((mark, i) =>
      mul(
        candidates[i],
        reshape(
          mark,
          candidates[i].shape.map((_, axis) => (axis === 0 ? -1 : 1)),
        ),
      ),
    ),
  );

/**
 * A mixture with learned shares: ln p = logSumExp_k(ln w_k + ln p_k), w = softmax(logits). With `diagonalNormal`s or
 * `fullCovarianceNormal`s a mixture of Gaussians; give them different means, else they stay alike.
 *
 * The first number of a sample's noise picks the component, so samples carry no gradient for the shares. Temperature and truncation
 * act inside the components.
 */
export function mixture({ components, weights, network }: MixtureOptions): Base {
  const kind = 'mixture';
  const shape = requireAlike(kind, components);
  const count = components.length;
  if (weights && (weights.length !== count || !weights.every((weight) => weight > 0))) {
    throw new FlowConfigurationError(`${kind}: shares [${weights}] for ${count} components.`, {
      remedy: 'Give each component a share above 0.',
      value: weights,
    });
  }
  if (network) {
    const { contextChannels } = network;
    requireNetwork(kind, network, { inputChannels: 0, contextChannels, outputChannels: count });
  }
  const logits = network ? undefined : parameter([count], weights?.map(Math.log));
  const shares = (context?: Tensor): Tensor => {
    if (logits) return logits;
    const given = network!.apply(undefined, context);
    return given.rank === 4 ? mean(given, [1, 2]) : given;
  };
  const inner = components[0].noiseShape;
  const numbers = inner.reduce((product, size) => product * size, 1);
  return defineBase({
    kind,
    parameters: {
      ...(logits ? { logits } : { network: network!.parameters }),
      components: components.map(({ parameters }) => parameters),
    },
    shape,
    noiseShape: [1 + numbers],
    logProb(x, context) {
      const densities = stack(
        components.map((component) => component.logProb(x, context)),
        1,
      );
      return logSumExp(add(densities, logSoftmax(shares(context))), 1) as Tensor1D;
    },
    noise(samples, { random, truncation }) {
      const pick = normalNoise([samples, 1], { random });
      const rest = normalNoise([samples, numbers], { random, truncation });
      const noise = concat([pick, rest], 1);
      pick.dispose();
      rest.dispose();
      return noise;
    },
    fromNoise(noise, options = {}) {
      const samples = noise.shape[0];
      const level = normalToUniform(slice(noise, [0, 0], [samples, 1]));
      const bounds = cumsum(softmax(reshape(shares(options.context), [-1, count])), 1);
      const passed = step(sub(level, slice(bounds, [0, 0], [-1, count - 1])));
      const edge = add(mul(slice(passed, [0, 0], [-1, 1]), 0), 1);
      const choice = sub(concat([edge, passed], 1), concat([passed, sub(edge, 1)], 1));
      const own = reshape(slice(noise, [0, 1], [samples, numbers]), [samples, ...inner]);
      return chosen(
        components.map((component) => component.fromNoise(own, options)),
        choice,
      );
    },
  });
}
