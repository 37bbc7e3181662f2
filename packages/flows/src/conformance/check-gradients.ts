import { createRandom } from '@deflow/images';
import { namedParameters } from '@deflow/nn';
import {
  add,
  mul,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { isFeatures } from '../context.ts';
import type { Context, FlowLayer } from '../flow-layer.ts';
import { type CheckResult, compare } from './check-result.ts';

/** What `checkGradients` differentiates, and how far it may be off; `forward`, 5e-3 and seed 1 unless given. */
export interface CheckGradientsOptions {
  readonly context?: Context;
  /** Relative to the size of the directional derivative, or to 1 if that is smaller. */
  readonly tolerance?: number;
  /** Which method to differentiate. */
  readonly direction?: 'forward' | 'inverse';
  readonly seed?: number;
}

/**
 * Long ones drown rounding errors, short ones step over fewer kinks of a ReLU or a spline, and where a kink is near, one side is free of it:
 * the quotient that fits best counts, central or of one side.
 */
const steps = [0.02, 0.005, 0.00125, 0.0003];

/**
 * Compares automatic gradients of a random projection of the result and of logDet with differences along random
 * directions: for the input, the features and each trainable parameter, one at a time. A parameter without a gradient fails.
 */
export async function checkGradients(
  layer: FlowLayer,
  input: Tensor,
  { context, tolerance = 5e-3, direction = 'forward', seed = 1 }: CheckGradientsOptions = {},
): Promise<CheckResult> {
  const random = createRandom(`checkGradients ${seed}`);
  const place = variable(input, true);
  const features = context !== undefined && isFeatures(context) ? variable(context, true) : undefined;
  const call = () => {
    const given = features ?? context;
    if (direction === 'forward') return layer.forward(place, given);
    const { x, logDet } = layer.inverse(place, given);
    return { z: x, logDet };
  };
  const shapes = tidy(() => {
    const { z, logDet } = call();
    return { z: z.shape, logDet: logDet.shape };
  }) as unknown as { z: number[]; logDet: number[] };
  const weights = {
    z: random.normals(shapes.z.reduce((product, size) => product * size, 1)),
    logDet: random.normals(input.shape[0]),
  };
  const watched = new Map<string, Variable>([['input', place], ...(features ? [['features', features] as const] : [])]);
  for (const [name, parameter] of namedParameters(layer.parameters))
    if (parameter.trainable) watched.set(name, parameter);

  const loss = (): Tensor => {
    const { z, logDet } = call();
    return add(sum(mul(z, tensor(weights.z, shapes.z))), sum(mul(logDet, tensor(weights.logDet, shapes.logDet))));
  };
  const { value, grads } = tidy(() => variableGrads(loss as never, [...watched.values()]));
  value.dispose();

  /** The loss in float64, so that only the layer itself rounds. */
  const preciseLoss = async () => {
    const { z, logDet } = tidy(() => ({ ...call() }));
    const [values, logs] = [await z.data(), await logDet.data()];
    if (z !== place) z.dispose();
    logDet.dispose();
    const project = (data: ArrayLike<number>, onto: Float32Array) =>
      onto.reduce((total, w, i) => total + w * data[i], 0);
    return project(values, weights.z) + project(logs, weights.logDet);
  };
  const check = compare('checkGradients', tolerance);
  for (const [name, parameter] of watched) {
    const way = random.normals(parameter.size);
    const length = Math.hypot(...way);
    const unit = way.map((w) => w / length);
    const start = await parameter.data();
    const at = async (distance: number) => {
      const moved = tensor(
        unit.map((u, i) => start[i] + distance * u),
        parameter.shape,
      );
      parameter.assign(moved);
      moved.dispose();
      return preciseLoss();
    };
    const gradient = grads[parameter.name];
    const slopes = gradient ? await gradient.data() : [];
    const got = unit.reduce((total, u, i) => total + u * slopes[i], 0);
    gradient?.dispose();
    let wanted = Number.NaN;
    const fitting = () => Math.abs(wanted - got) <= tolerance / 2;
    const offer = (quotient: number) => {
      if (!(Math.abs(quotient - got) >= Math.abs(wanted - got))) wanted = quotient;
    };
    const here = await at(0);
    for (const step of steps) {
      if (fitting()) break;
      const [ahead, behind] = [await at(step), await at(-step)];
      offer((ahead - behind) / (2 * step));
      if (fitting()) break;
      offer((-3 * here + 4 * ahead - (await at(2 * step))) / (2 * step));
      offer((3 * here - 4 * behind + (await at(-2 * step))) / (2 * step));
    }
    await at(0);
    check.add(gradient ? `d/d ${name}` : `${name} receives no gradient`, got, wanted, Math.max(1, Math.abs(wanted)));
  }
  place.dispose();
  features?.dispose();
  return check.result();
}
