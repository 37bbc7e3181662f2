import { Tensor } from '@tensorflow/tfjs-core';
import { FlowContextError } from './errors.ts';
import type { Context } from './flow-layer.ts';
import { channelsOf } from './shape.ts';

/** Whether `context` is features, and not yet what a `prepare` made of them. */
export const isFeatures = (context: Context): context is Tensor => context instanceof Tensor;

/** Throws `FlowContextError` unless there is a context and, if it is features, it has `channels` of them. */
export function requireContext(layer: string, context: Context | undefined, channels: number): Context {
  const got = context === undefined ? 'none' : isFeatures(context) ? `shape [${context.shape}]` : undefined;
  if (context === undefined || (isFeatures(context) && channelsOf(context) !== channels)) {
    throw new FlowContextError(`${layer} is conditioned on ${channels} features at each position and got ${got}.`, {
      remedy: `Pass a context whose last axis has ${channels} channels, of the same height and width as the data.`,
      value: context === undefined ? undefined : got,
    });
  }
  return context;
}
