import { trainableParameters } from '@deflow/nn';
import { add, memory, sum, type Tensor, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { isFeatures } from '../context.ts';
import type { Context, FlowLayer } from '../flow-layer.ts';
import { type CheckResult, compare } from './check-result.ts';

/** What the layer is conditioned on while `checkLeaks` counts tensors. */
export interface CheckLeaksOptions {
  readonly context?: Context;
}

const free = (...tensors: readonly Tensor[]) => {
  for (const tensor of tensors) tensor.dispose();
};

/** Whether forward, inverse, prepare and a gradient leave no tensor behind but their results, and data, latent and features as they were. */
export async function checkLeaks(
  layer: FlowLayer,
  x: Tensor,
  { context }: CheckLeaksOptions = {},
): Promise<CheckResult> {
  const check = compare('checkLeaks', 0);
  const features = context !== undefined && isFeatures(context) ? context : undefined;
  const copy = x.clone();
  const { z, logDet } = layer.forward(copy, context);
  const kept: [string, Tensor, ArrayLike<number>][] = [];
  for (const [name, tensor] of Object.entries({ x: copy, z, ...(features && { features }) })) {
    kept.push([name, tensor, (await tensor.data<'float32'>()).slice()]);
  }
  const counting = (what: string, run: () => void) => {
    const count = memory().numTensors;
    run();
    check.add(`tensors left by ${what}`, memory().numTensors, count);
  };
  counting('forward', () => {
    const { z, logDet } = layer.forward(copy, context);
    free(logDet, ...(z === copy ? [] : [z]));
  });
  counting('inverse', () => {
    const back = layer.inverse(z, context);
    free(back.logDet, ...(back.x === z ? [] : [back.x]));
  });
  const { prepare } = layer;
  if (prepare && features) counting('prepare', () => tidy(() => void prepare(features)));
  const parameters = trainableParameters(layer.parameters);
  if (parameters.length > 0) {
    counting('a gradient', () => {
      const loss = () => {
        const { z, logDet } = layer.forward(copy, context);
        return add(sum(z), sum(logDet));
      };
      const { value, grads } = variableGrads(loss as never, parameters);
      free(value, ...Object.values(grads));
    });
  }
  for (const [name, tensor, before] of kept) {
    const after = await tensor.data();
    for (let i = 0; i < before.length; i++) check.add(`${name}[${i}] after all calls`, after[i], before[i]);
  }
  free(logDet, copy, ...(z === copy ? [] : [z]));
  return check.result();
}
