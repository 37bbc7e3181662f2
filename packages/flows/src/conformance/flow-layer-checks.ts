import { createRandom, type Random } from '@deflow/images';
import { disposeParameters } from '@deflow/nn';
import { memory, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { FlowShapeError } from '../errors.ts';
import type { FlowLayer } from '../flow-layer.ts';
import type { Shape } from '../shape.ts';
import { checkGradients } from './check-gradients.ts';
import { checkInverse } from './check-inverse.ts';
import { checkLeaks } from './check-leaks.ts';
import { checkLogDet } from './check-log-det.ts';
import { type CheckResult, compare, requirePassed } from './check-result.ts';
import { randomizeParameters } from './randomize-parameters.ts';

/** A layer to be put through the suite. */
export interface FlowLayerCase {
  readonly name: string;
  /** Makes the layer anew; its random numbers come from `random`. */
  make(random: Random): FlowLayer;
  /** Shapes of data to try, without the batch axis. Small ones: the Jacobian of each is computed. */
  readonly shapes: readonly Shape[];
  /** Features that it is conditioned on, at the height and width of the data unless `contextShape` says otherwise. */
  readonly contextChannels?: number;
  contextShape?(shape: Shape): Shape;
  /** How far the parameters are moved from their start. */
  readonly spread?: number;
}

/** One test of the suite, for whatever test runner: `test(name, run)`. `run` rejects with `ConformanceError`. */
export interface NamedCheck {
  readonly name: string;
  run(): Promise<void>;
}

interface Bench {
  readonly layer: FlowLayer;
  readonly x: Tensor;
  readonly context: Tensor | undefined;
  readonly shape: Shape;
}

const batch = 2;

const checks: Readonly<Record<string, (bench: Bench) => Promise<CheckResult>>> = {
  'inverse undoes forward': ({ layer, x, context }) => checkInverse(layer, x, { context }),
  'logDet is that of the Jacobian': ({ layer, x, context }) => checkLogDet(layer, x, { context }),
  'gradients of forward': ({ layer, x, context }) => checkGradients(layer, x, { context }),
  'gradients of inverse': ({ layer, x, context }) => gradientsOfInverse(layer, x, context),
  'leaves no tensor behind': ({ layer, x, context }) => checkLeaks(layer, x, { context }),
  'shapes and dtypes': shapes,
  'prepared context stands for the features': preparedContext,
  'data-dependent start is finite and keeps the inverse': initialized,
};

/** The conformance suite for one layer, with random parameters that are not zero. */
export function flowLayerChecks(subject: FlowLayerCase): NamedCheck[] {
  return subject.shapes.flatMap((shape) =>
    Object.entries(checks).map(([name, check]) => ({
      name: `${subject.name} on [${shape}]: ${name}`,
      async run() {
        const bench = setUp(subject, shape);
        try {
          requirePassed(await check(bench));
        } finally {
          disposeParameters(bench.layer.parameters);
          bench.x.dispose();
          bench.context?.dispose();
        }
      },
    })),
  );
}

function setUp({ name, make, contextChannels = 0, contextShape, spread }: FlowLayerCase, shape: Shape): Bench {
  const random = createRandom(`conformance ${name} ${shape}`);
  const normal = (sample: Shape) => {
    const full = [batch, ...sample];
    return tensor(random.normals(full.reduce((product, size) => product * size, 1)), full);
  };
  const layer = make(random);
  randomizeParameters(layer.parameters, random, spread);
  layer.settle?.(200);
  const features = contextShape?.(shape) ?? [...shape.slice(0, -1), contextChannels];
  return { layer, x: normal(shape), context: contextChannels > 0 ? normal(features) : undefined, shape };
}

async function gradientsOfInverse(layer: FlowLayer, x: Tensor, context?: Tensor): Promise<CheckResult> {
  const { z, logDet } = layer.forward(x, context);
  const result = await checkGradients(layer, z, { context, direction: 'inverse' });
  if (z !== x) z.dispose();
  logDet.dispose();
  return result;
}

async function shapes({ layer, x, context, shape }: Bench): Promise<CheckResult> {
  const check = compare('shapes', 0);
  const { z, logDet } = layer.forward(x, context);
  const back = layer.inverse(z, context);
  const same = (what: string, got: Shape, wanted: Shape) => check.add(what, `${got}` === `${wanted}` ? 0 : 1, 0);
  same(`z [${z.shape}] against latentShape`, z.shape, [batch, ...layer.latentShape(shape)]);
  same('dataShape undoes latentShape', layer.dataShape(layer.latentShape(shape)), shape);
  same(`x [${back.x.shape}] of the inverse`, back.x.shape, x.shape);
  for (const { shape: got, dtype } of [logDet, back.logDet]) {
    same(`logDet [${got}]`, got, [batch]);
    check.add(`logDet is ${dtype}`, dtype === 'float32' ? 0 : 1, 0);
  }
  let refused = 0;
  try {
    layer.latentShape([...shape, 1]);
  } catch (error) {
    refused = error instanceof FlowShapeError ? 1 : 0;
  }
  check.add('FlowShapeError for one axis too many', refused, 1);
  for (const tensor of [logDet, back.logDet, back.x, z]) if (tensor !== x) tensor.dispose();
  return check.result();
}

async function preparedContext({ layer, x, context }: Bench): Promise<CheckResult> {
  const check = compare('prepared context', 1e-6);
  const [direct, prepared] = tidy(() => {
    const given = context && layer.prepare ? layer.prepare(context) : context;
    return [layer.forward(x, context), layer.forward(x, given)].map(({ z, logDet }) => [z.clone(), logDet]);
  });
  for (const [i, wanted] of direct.entries()) {
    const [got, values] = [await prepared[i].data(), await wanted.data()];
    values.forEach((value, at) => {
      check.add(`${['z', 'logDet'][i]}[${at}]`, got[at], value, Math.max(1, Math.abs(value)));
    });
  }
  for (const result of [...direct, ...prepared]) result.dispose();
  return check.result();
}

async function initialized({ layer, x, context }: Bench): Promise<CheckResult> {
  const before = memory().numTensors;
  layer.initialize?.(x, context);
  const left = compare('initialize', 0);
  left.add('tensors left behind', memory().numTensors, before);
  const leaks = left.result();
  return leaks.passed ? checkInverse(layer, x, { context, tolerance: 1e-4 }) : leaks;
}
