import type { DeFlowConfig, RrdbConfig } from '../config.ts';
import { InvalidConfigError } from '../errors.ts';
import { rrdbTensors } from './rrdb-layout.ts';

/** One of our parameters within a tensor of the released state dict. */
export interface ReleasedPart {
  /** The parameter's dotted path in `DeFlow.parameters`. */
  readonly path: string;
  /** Input channels [from, to) of a convolution that we keep in two; all unless given. */
  readonly inputs?: readonly [from: number, to: number];
}

/** A tensor of the released state dict. */
export interface ReleasedTensor {
  readonly key: string;
  readonly shape: readonly number[];
  /** Empty for what the released program stores and never uses. */
  readonly parts: readonly ReleasedPart[];
}

const whole = (key: string, shape: readonly number[], path: string): ReleasedTensor => ({
  key,
  shape,
  parts: [{ path }],
});
export const unusedTensor = (key: string, shape: readonly number[]): ReleasedTensor => ({ key, shape, parts: [] });

const shiftTensors = (prefix: string, channels: number, index: number): ReleasedTensor[] => [
  unusedTensor(`${prefix}I`, [channels, channels]),
  whole(`${prefix}mean_shift`, [channels], `shifts.${index}.mean`),
  whole(`${prefix}cov_shift`, [channels, channels], `shifts.${index}.factor`),
];

/** ActNorm and 1x1 convolution: what every step begins with. */
function mixingTensors(key: string, path: string, channels: number): ReleasedTensor[] {
  const square = [channels, channels];
  return [
    whole(`${key}.actnorm.bias`, [1, channels, 1, 1], `${path}.actNorm.bias`),
    whole(`${key}.actnorm.logs`, [1, channels, 1, 1], `${path}.actNorm.logs`),
    whole(`${key}.invconv.l`, square, `${path}.conv1x1.l`),
    whole(`${key}.invconv.log_s`, [channels], `${path}.conv1x1.logS`),
    whole(`${key}.invconv.u`, square, `${path}.conv1x1.u`),
    whole(`${key}.invconv.p`, square, `${path}.conv1x1.p`),
    whole(`${key}.invconv.sign_s`, [channels], `${path}.conv1x1.signS`),
  ];
}

interface NetworkShape {
  /** Channels of z that it sees, before the features. */
  readonly own: number;
  readonly features: number;
  readonly hidden: number;
  readonly outputs: number;
}

/** A coupling's or an injector's network (spec 2.7). Its first convolution is one tensor there and one or two here. */
function networkTensors(key: string, path: string, { own, features, hidden, outputs }: NetworkShape): ReleasedTensor[] {
  const seen = own + features;
  const first = [
    ...(own > 0 ? [{ path: `${path}.input.weight`, inputs: [0, own] as const }] : []),
    { path: `${path}.context.weight`, inputs: [own, seen] as const },
  ];
  const norm = (at: number, index: number) => [
    whole(`${key}.${at}.actnorm.bias`, [1, hidden, 1, 1], `${path}.norms.${index}.bias`),
    whole(`${key}.${at}.actnorm.logs`, [1, hidden, 1, 1], `${path}.norms.${index}.logs`),
  ];
  return [
    { key: `${key}.0.weight`, shape: [hidden, seen, 3, 3], parts: first },
    ...norm(0, 0),
    whole(`${key}.2.weight`, [hidden, hidden, 1, 1], `${path}.middle.0.weight`),
    ...norm(2, 1),
    whole(`${key}.4.weight`, [outputs, hidden, 3, 3], `${path}.last.weight`),
    whole(`${key}.4.bias`, [outputs], `${path}.last.bias`),
    whole(`${key}.4.logs`, [outputs, 1, 1], `${path}.last.logs`),
  ];
}

interface Walk {
  readonly tensors: ReleasedTensor[];
  readonly channels: number;
}

/** Every layer in order: squeeze (no tensors), transition steps, conditional steps, split. */
function flowTensors(config: DeFlowConfig, features: number): Walk {
  const { hiddenChannels: hidden } = config.step;
  const tensors: ReleasedTensor[] = [];
  let layer = 0;
  let channels = 3;
  let splits = 0;
  config.levels.forEach(({ transitionSteps, steps, split }, level) => {
    channels *= 4;
    layer++;
    const add = (name: string, index: number): { key: string; path: string } => {
      const place = { key: `flowUpsamplerNet.layers.${layer++}`, path: `levels.${level}.flow.${name}${index}` };
      tensors.push(...mixingTensors(place.key, place.path, channels));
      return place;
    };
    for (let i = 0; i < transitionSteps; i++) add('transition', i);
    for (let i = 0; i < steps; i++) {
      const { key, path } = add('step', i);
      const own = Math.floor(channels / 2);
      const coupling = { own, features, hidden, outputs: 2 * (channels - own) };
      const injector = { own: 0, features, hidden, outputs: 2 * channels };
      tensors.push(...networkTensors(`${key}.affine.fAffine`, `${path}.coupling`, coupling));
      tensors.push(...networkTensors(`${key}.affine.fFeatures`, `${path}.injector`, injector));
    }
    if (!split) return;
    const [key, path, half] = [`flowUpsamplerNet.layers.${layer++}`, `levels.${level}.split`, channels / 2];
    tensors.push(...shiftTensors(`${key}.`, half, splits++));
    tensors.push(whole(`${key}.conv.weight`, [channels, half, 3, 3], `${path}.weight`));
    tensors.push(whole(`${key}.conv.bias`, [channels], `${path}.bias`));
    tensors.push(whole(`${key}.conv.logs`, [channels, 1, 1], `${path}.logs`));
    channels = half;
  });
  return { tensors, channels };
}

function publishedNetwork({ conditioning, step, levels, shift }: DeFlowConfig): RrdbConfig {
  const { network, appendReduced } = conditioning;
  const kernels = [...step.injectorKernels, ...step.couplingKernels].join();
  const published =
    network.kind === 'rrdb' &&
    !appendReduced &&
    step.networks === 'actNorm' &&
    kernels === '3,1,3,3,1,3' &&
    shift.kind === 'full' &&
    levels.every(({ basis }) => basis === undefined);
  if (published) return network;
  throw new InvalidConfigError('This model does not have the structure of the released ones.', {
    remedy: 'Use aim, ntire or dped, or a change of their sizes; save other models with deflowToBytes.',
    value: { conditioning, step, shift },
  });
}

/**
 * Every tensor of the state dict that the released program makes of a model like `config`, in its order (spec 2.8).
 * @throws InvalidConfigError for a model of another structure.
 */
export function releasedLayout(config: DeFlowConfig): ReleasedTensor[] {
  const network = publishedNetwork(config);
  const features = network.channels * (1 + network.taps.length);
  const { tensors, channels } = flowTensors(config, features);
  const splits = config.levels.filter(({ split }) => split).length;
  return [
    ...shiftTensors('', channels, splits),
    ...rrdbTensors(network, config.conditioning.reduction).map((tensor) => ({ ...tensor, key: `RRDB.${tensor.key}` })),
    ...tensors,
    unusedTensor('flowUpsamplerNet.f.0.weight', [channels, features, 3, 3]),
    unusedTensor('flowUpsamplerNet.f.0.bias', [channels]),
  ];
}
