import { trainableParameters } from '@deflow/nn';
import { add, memory, sum, type Tensor, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { isFeatures } from '../context.ts';
import type { Context, FlowLayer } from '../flow-layer.ts';
import { type CheckResult, compare } from './check-result.ts';

export interface CheckLeaksOptions {
  readonly context?: Context;
}

const free = (...tensors: readonly Tensor[]) => {
  for (const tensor of tensors) tensor.dispose();
};

/** Whether forward, inverse, prepare and a gradient leave no tensor behind but their results, and their input as it was. */
export async function checkLeaks(
  layer: FlowLayer,
  x: Tensor,
  { context }: CheckLeaksOptions = {},
): Promise<CheckResult> {
  const check = compare('checkLeaks', 0);
  const before = await x.data();
  const copy = x.clone();
  const counting = (what: string, run: () => void) => {
    const count = memory().numTensors;
    run();
    check.add(`tensors left by ${what}`, memory().numTensors, count);
  };
  counting('forward', () => {
    const { z, logDet } = layer.forward(copy, context);
    free(logDet, ...(z === copy ? [] : [z]));
  });
  const { z, logDet } = layer.forward(copy, context);
  counting('inverse', () => {
    const back = layer.inverse(z, context);
    free(back.logDet, ...(back.x === z ? [] : [back.x]));
  });
  free(logDet, ...(z === copy ? [] : [z]));
  const { prepare } = layer;
  if (prepare && context !== undefined && isFeatures(context)) {
    counting('prepare', () => tidy(() => void prepare(context)));
  }
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
  const after = await copy.data();
  before.forEach((value, i) => {
    check.add(`x[${i}] after all calls`, after[i], value);
  });
  copy.dispose();
  return check.result();
}
