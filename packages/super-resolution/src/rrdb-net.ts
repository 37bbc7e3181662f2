import type { Random } from '@deflow/images';
import { type Conv2d, conv2d, LayerInputError, nearestUpsample, type ParameterTree, rrdb } from '@deflow/nn';
import { add, leakyRelu, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { InvalidNetworkError } from './errors.ts';
import type { SuperResolutionNetwork } from './network.ts';
import { pixelUnshuffle } from './pixel-shuffle.ts';

export interface RrdbNetConfig {
  readonly kind: 'rrdb';
  readonly scale: 1 | 2 | 4 | 8;
  /** The input is first made this many times smaller, its pixels going into channels. */
  readonly unshuffle: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly features: number;
  readonly blocks: number;
  /** Channels that each convolution of a dense block adds. */
  readonly growth: number;
}

export interface RrdbNetOptions extends Partial<Omit<RrdbNetConfig, 'kind'>> {
  readonly random: Random;
}

/** 0.2, the slope of every leaky ReLU in ESRGAN. */
const slope = 0.2;

/**
 * RRDBNet, the generator of ESRGAN, Real-ESRGAN, BSRGAN, Real-SR and DeFlow's own experiments (Wang et al. 2018):
 *
 *     f = f0 + conv_body(RRDB^blocks(f0)),  f0 = conv_first(unshuffle(x))
 *     f = lrelu(conv_up(nearest2x(f)))      log2(scale unshuffle) times
 *     y = conv_last(lrelu(conv_hr(f)))
 *
 * The defaults are the published x4 network (16,697,987 parameters). Scales 2 and 1 unshuffle by 2 and 4 as BasicSR's do;
 * `unshuffle: 1` with scale 2 is BSRGAN's x2. Dense blocks start with He-normal weights times 0.1 and biases 0, all other
 * convolutions as PyTorch's. Parameters are named as in BasicSR. @throws InvalidNetworkError
 */
export function rrdbNet(options: RrdbNetOptions): SuperResolutionNetwork<RrdbNetConfig> {
  const config = completed(options);
  const { scale, unshuffle, features, growth, inputChannels, outputChannels } = config;
  const { random } = options;
  const convolution = (from: number, to: number): Conv2d =>
    conv2d({ inputChannels: from, outputChannels: to, kernelSize: 3, random });
  const first = convolution(inputChannels * unshuffle ** 2, features);
  const body = Array.from({ length: config.blocks }, () => rrdb({ channels: features, growth, random }));
  const bodyConvolution = convolution(features, features);
  const ups = Array.from({ length: Math.log2(scale * unshuffle) }, () => convolution(features, features));
  const highResolution = convolution(features, features);
  const last = convolution(features, outputChannels);
  const enlarge = nearestUpsample(2);

  return {
    config,
    scale,
    sizeMultiple: unshuffle,
    parameters: {
      conv_first: first.parameters,
      body: body.map(({ parameters }) => lowerCaseNames(parameters)),
      conv_body: bodyConvolution.parameters,
      ...Object.fromEntries(ups.map((layer, index) => [`conv_up${index + 1}`, layer.parameters])),
      conv_hr: highResolution.parameters,
      conv_last: last.parameters,
    },
    apply(x) {
      checkInput(x, config);
      return tidy(() => {
        const shallow = first.apply(unshuffle > 1 ? pixelUnshuffle(x, unshuffle) : x);
        const deep = body.reduce((value, block) => block.apply(value), shallow);
        const sum: Tensor = add(shallow, bodyConvolution.apply(deep));
        const large = ups.reduce((value, layer) => leakyRelu(layer.apply(enlarge.apply(value)), slope), sum);
        return last.apply(leakyRelu(highResolution.apply(large), slope));
      });
    },
  };
}

/** `RDB1` of the layer is `rdb1` in BasicSR's files. */
const lowerCaseNames = (tree: ParameterTree): ParameterTree =>
  Object.fromEntries(Object.entries(tree).map(([name, child]) => [name.toLowerCase(), child]));

const ownUnshuffle: Record<number, number> = { 1: 4, 2: 2 };

function completed(options: RrdbNetOptions): RrdbNetConfig {
  const { scale = 4, features = 64, blocks = 23, growth = 32, inputChannels = 3 } = options;
  const { unshuffle = ownUnshuffle[scale] ?? 1, outputChannels = inputChannels } = options;
  const refuse = (what: string, value: number, remedy: string): never => {
    throw new InvalidNetworkError(`An RRDBNet cannot have ${what} ${value}.`, { remedy, value });
  };
  if (![1, 2, 4, 8].includes(scale)) refuse('scale', scale, 'Use 1, 2, 4 or 8.');
  if (![1, 2, 4].includes(unshuffle)) refuse('unshuffle', unshuffle, 'Use 1, 2 or 4.');
  const counts = { features, blocks, growth, inputChannels, outputChannels };
  for (const [what, value] of Object.entries(counts)) {
    if (!Number.isInteger(value) || value < 1) refuse(what, value, 'Use a whole number from 1 on.');
  }
  return { kind: 'rrdb', scale, unshuffle, ...counts };
}

function checkInput(x: Tensor, { inputChannels, unshuffle }: RrdbNetConfig): void {
  const [, height = 0, width = 0, channels] = x.shape;
  if (x.rank === 4 && channels === inputChannels && height % unshuffle === 0 && width % unshuffle === 0) return;
  const sizes = unshuffle === 1 ? 'height, width' : `height and width in multiples of ${unshuffle}`;
  throw new LayerInputError(`The network was made for [batch, ${sizes}, ${inputChannels}] and got [${x.shape}].`, {
    remedy: 'Pad or crop the picture, or use createUpscaler, which does it.',
    value: x.shape,
  });
}
