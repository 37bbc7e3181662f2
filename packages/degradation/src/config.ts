import { InvalidConfigError } from './errors.ts';

/** Convolutions 3x3 with LeakyReLU 0.2 on the reduced image; each level gets the result resized to its own size. */
export interface ConvolutionsConfig {
  readonly kind: 'convolutions';
  readonly layers: number;
  readonly channels: number;
}

/** The RRDB trunk of the paper; each level sees its own features and those of the blocks `taps` (0-based). */
export interface RrdbConfig {
  readonly kind: 'rrdb';
  readonly channels: number;
  readonly growthChannels: number;
  readonly blocks: number;
  readonly taps: readonly number[];
}

/** How an image becomes the domain-invariant features h that all layers are conditioned on. */
export interface ConditioningConfig {
  /** Antialiased bicubic reduction by this factor (a power of two). More hides the domain better and says less of the image. */
  readonly reduction: number;
  /** Standard deviation of the Gaussian noise on the reduced image, in values of 0..1, in training and translation. */
  readonly noise: number;
  readonly network: ConvolutionsConfig | RrdbConfig;
  /** Appends the reduced image, enlarged again by bicubic interpolation, to the features of every level. */
  readonly appendReduced: boolean;
}

/** Log-scale s = bound · tanh(raw / bound); encoding multiplies: z ← (z + t) · exp(s). */
export interface TanhScaleConfig {
  readonly kind: 'tanh';
  readonly coupling: number;
  readonly injector: number;
}

/** Scale = sigmoid(raw + 2) + floor; encoding divides: z ← z / scale − t (the paper's form). */
export interface SigmoidScaleConfig {
  readonly kind: 'sigmoid';
  readonly floor: number;
}

/** One conditional step of the flow. */
export interface StepConfig {
  /** Start of the invertible 1x1 convolution: a random rotation, nothing, or a roll by half the channels, which swaps the halves. */
  readonly mixing: 'rotation' | 'identity' | 'roll';
  readonly order: 'injector first' | 'coupling first';
  readonly scale: TanhScaleConfig | SigmoidScaleConfig;
  readonly hiddenChannels: number;
  /** Kernel sizes of the three convolutions of the network that sees the features alone. */
  readonly injectorKernels: readonly [number, number, number];
  /** Kernel sizes of the three convolutions of the network that sees half of z and the features. */
  readonly couplingKernels: readonly [number, number, number];
  /** `plain`: biases and ReLU. `actNorm`: ActNorm in place of the biases, last output times exp(3 · logs) (the paper's form). */
  readonly networks: 'plain' | 'actNorm';
}

/** One level: squeeze 2x2, `transitionSteps` unconditional steps, `steps` conditional ones, a split or the end. */
export interface LevelConfig {
  readonly transitionSteps: number;
  readonly steps: number;
  /** A fixed orthonormal change of basis after the squeeze: luma and chroma times the 2x2 Haar wavelet. First level only. */
  readonly basis?: 'luma haar';
  /** Half of the channels leave as a latent here, normalised by a prior computed from the other half. */
  readonly split?: boolean;
}

/** Sigma = A Aᵀ, constant over the image (the paper): u ~ N(mu, A Aᵀ) with A = start · I at first. */
export interface FullShiftConfig {
  readonly kind: 'full';
  /** 0 stays 0 for ever: the gradient of A A^T vanishes there. */
  readonly start: number;
}

/** Sigma = diag(sigma²) after a learned 1x1 convolution; sigma = exp(a + bound · tanh(g(h) / bound)) if it depends on h, else exp(a). */
export interface DiagonalShiftConfig {
  readonly kind: 'diagonal';
  /** sigma at first. */
  readonly start: number;
  readonly dependsOnConditioning: boolean;
  readonly bound: number;
}

/** Mean and standard deviation of the three channels, in values of 0..255. */
export interface ChannelStatistics {
  readonly mean: readonly [number, number, number];
  readonly deviation: readonly [number, number, number];
}

/** Degraded images are brought to the channel statistics of the clean ones before the flow sees them, and back afterwards. */
export interface StatisticsMatchingConfig {
  readonly images: { readonly clean: ChannelStatistics; readonly degraded: ChannelStatistics };
  readonly reduced: { readonly clean: ChannelStatistics; readonly degraded: ChannelStatistics };
}

/** A DeFlow as plain data: what checkpoints store and `createDeFlow` builds. */
export interface DeFlowConfig {
  /** Subtracted from pixel values (0..1) before the flow and the conditioning network see them. */
  readonly centre: number;
  /** Training spreads pixel values by uniform noise of width 1 / levels (q in the paper). */
  readonly quantisationLevels: number;
  readonly conditioning: ConditioningConfig;
  readonly step: StepConfig;
  readonly levels: readonly LevelConfig[];
  readonly shift: FullShiftConfig | DiagonalShiftConfig;
  readonly statistics?: StatisticsMatchingConfig;
  /**
   * `released`: the arithmetic of the released program wherever it departs from the paper's mathematics, all of it (a table in
   * docs/compatibility.md says what). `exact` unless given.
   */
  readonly compatibility?: 'exact' | 'released';
}

const isPowerOfTwo = (value: number) => Number.isInteger(Math.log2(value)) && value >= 1;

const compatibilities: readonly unknown[] = [undefined, 'exact', 'released'];

const rules: readonly [broken: (config: DeFlowConfig) => boolean, message: string, remedy: string][] = [
  [({ levels }) => levels.length === 0, 'A DeFlow needs at least one level.', 'Add an entry to `levels`.'],
  [
    ({ compatibility }) => !compatibilities.includes(compatibility),
    'The compatibility has no meaning.',
    "Use 'exact' or 'released'.",
  ],
  [
    ({ levels }) => levels.at(-1)?.split === true,
    'The last level cannot split: nothing would be left to pass on.',
    'Remove `split` from the last entry of `levels`.',
  ],
  [
    ({ levels }) => levels.slice(1).some(({ basis }) => basis),
    'Only the first level can have a basis: later ones hold no colours.',
    'Remove `basis` from all levels but the first.',
  ],
  [
    ({ conditioning: { reduction } }) => !isPowerOfTwo(reduction),
    'The reduction of the conditioning has to be a power of two.',
    'Set `conditioning.reduction` to 2, 4, 8 or 16.',
  ],
  [({ conditioning: { noise } }) => !(noise >= 0), 'The noise on h is a standard deviation.', 'Set it to 0 or more.'],
  [({ quantisationLevels }) => !(quantisationLevels >= 1), 'There is at least one level.', 'Set it to 1 or more.'],
  [({ shift }) => shift.kind === 'diagonal' && !(shift.start > 0), 'sigma is positive.', 'Set `shift.start` above 0.'],
];

/** Throws `InvalidConfigError` if `config` describes no model. */
export function checkConfig(config: DeFlowConfig): void {
  for (const [broken, message, remedy] of rules) {
    if (broken(config)) throw new InvalidConfigError(message, { remedy, value: config });
  }
}

/** Heights and widths of images have to be multiples of this. */
export const sizeMultiple = ({ levels, conditioning }: DeFlowConfig): number =>
  Math.max(2 ** levels.length, conditioning.reduction);
