import type { DeFlowConfig } from '../src/index.ts';

/** A tensor of the released state dict and the part of it that one of our parameters is. */
export interface ReleasedPart {
  readonly key: string;
  /** Input channels [from, to) of a convolution that we keep in two. */
  readonly inputs?: readonly [from: number, to: number];
  /** Input channels of the whole convolution. */
  readonly allInputs?: number;
}

const featureChannels = 320;

const mixing: Record<string, string> = {
  'actNorm.bias': 'actnorm.bias',
  'actNorm.logs': 'actnorm.logs',
  'conv1x1.p': 'invconv.p',
  'conv1x1.signS': 'invconv.sign_s',
  'conv1x1.l': 'invconv.l',
  'conv1x1.u': 'invconv.u',
  'conv1x1.logS': 'invconv.log_s',
};

const network: Record<string, string> = {
  'norms.0.bias': '0.actnorm.bias',
  'norms.0.logs': '0.actnorm.logs',
  'middle.0.weight': '2.weight',
  'norms.1.bias': '2.actnorm.bias',
  'norms.1.logs': '2.actnorm.logs',
  'last.weight': '4.weight',
  'last.bias': '4.bias',
  'last.logs': '4.logs',
};

/** Number of the released layer at which each level's squeeze stands, and of its split. */
function layerNumbers({ levels }: DeFlowConfig): { squeeze: number[]; split: number[] } {
  const squeeze: number[] = [];
  const split: number[] = [];
  let next = 0;
  for (const level of levels) {
    squeeze.push(next);
    next += 1 + level.transitionSteps + level.steps;
    split.push(level.split ? next++ : -1);
  }
  return { squeeze, split };
}

/** Where the values of our parameter `path` stand in the released state dict (spec 2.8); undefined for what it has not. */
export function releasedPart(config: DeFlowConfig, path: string): ReleasedPart | undefined {
  const { squeeze, split } = layerNumbers(config);
  const layer = (number: number, rest: string) => ({ key: `flowUpsamplerNet.layers.${number}.${rest}` });
  if (path.startsWith('conditioning.')) return { key: path.replace('conditioning.', 'RRDB.') };
  const shift = /^shifts\.(\d)\.(mean|factor)$/.exec(path);
  if (shift) {
    const name = shift[2] === 'mean' ? 'mean_shift' : 'cov_shift';
    return shift[1] === '0' ? layer(split[0]!, name) : { key: name };
  }
  const ofSplit = /^levels\.(\d)\.split\.(.*)$/.exec(path);
  if (ofSplit) return layer(split[Number(ofSplit[1])]!, `conv.${ofSplit[2]}`);
  const ofStep = /^levels\.(\d)\.flow\.(transition|step)(\d+)\.(.*)$/.exec(path);
  if (!ofStep) return undefined;
  const level = Number(ofStep[1]);
  const before = ofStep[2] === 'step' ? config.levels[level]!.transitionSteps : 0;
  const number = squeeze[level]! + 1 + before + Number(ofStep[3]);
  const rest = ofStep[4]!;
  if (mixing[rest]) return layer(number, mixing[rest]);
  const [, kind, name] = /^(coupling|injector)\.(.*)$/.exec(rest)!;
  const net = kind === 'coupling' ? 'affine.fAffine' : 'affine.fFeatures';
  if (network[name!]) return layer(number, `${net}.${network[name!]}`);
  const kept = [6, 12, 48][level]!;
  const allInputs = kind === 'coupling' ? kept + featureChannels : featureChannels;
  const begin = kind === 'coupling' && name!.startsWith('context') ? kept : 0;
  const inputs = [begin, name!.startsWith('input') ? kept : allInputs] as const;
  return { ...layer(number, `${net}.0.weight`), inputs, allInputs };
}
