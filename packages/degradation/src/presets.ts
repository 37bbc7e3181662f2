import type { DeFlowConfig, RrdbConfig, StatisticsMatchingConfig, StepConfig } from './config.ts';

/** How a model is trained, as plain data. */
export interface TrainingRecipe {
  readonly steps: number;
  readonly learningRate: number;
  /** Factor on the learning rate of the domain shift. */
  readonly shiftLearningRateFactor: number;
  readonly warmUpSteps: number;
  /** `cosine` falls to `to` times the rate; `halvings` halves it at these fractions of all steps. */
  readonly schedule:
    | { readonly kind: 'cosine'; readonly to: number }
    | { readonly kind: 'halvings'; readonly at: readonly number[] };
  /** Largest global norm of the gradient (of the loss in bits per dim). */
  readonly clip?: number;
  /** Decay of a moving average of the parameters, which the model gets in the end. None unless given. */
  readonly averageDecay?: number;
  readonly patchSize: number;
  /** Patches of each domain in a batch. */
  readonly patchesPerDomain: number;
}

export interface Preset {
  readonly model: DeFlowConfig;
  readonly training: TrainingRecipe;
}

/** Learns the noise of real cameras in minutes on a processor: 60,352 parameters, one level, near-additive, Sigma depends on h. */
export const small: Preset = {
  model: {
    centre: 0.5,
    quantisationLevels: 64,
    conditioning: {
      reduction: 4,
      noise: 0.1,
      network: { kind: 'convolutions', layers: 1, channels: 8 },
      appendReduced: true,
    },
    step: {
      mixing: 'roll',
      order: 'injector first',
      scale: { kind: 'tanh', coupling: 0.05, injector: 0.05 },
      hiddenChannels: 32,
      injectorKernels: [1, 1, 1],
      couplingKernels: [3, 1, 3],
      networks: 'plain',
    },
    levels: [{ transitionSteps: 0, steps: 4, basis: 'luma haar' }],
    shift: { kind: 'diagonal', start: 1, dependsOnConditioning: true, bound: 1.5 },
  },
  training: {
    steps: 3000,
    learningRate: 2e-3,
    shiftLearningRateFactor: 5,
    warmUpSteps: 100,
    schedule: { kind: 'cosine', to: 0.05 },
    clip: 50,
    patchSize: 32,
    patchesPerDomain: 4,
  },
};

/** The published structure scaled down: image-dependent scales, one split, constant full Sigma. */
export const paperSmall: Preset = {
  model: {
    centre: 0.5,
    quantisationLevels: 256,
    conditioning: {
      reduction: 4,
      noise: 0.03,
      network: { kind: 'convolutions', layers: 3, channels: 16 },
      appendReduced: false,
    },
    step: {
      mixing: 'rotation',
      order: 'injector first',
      scale: { kind: 'tanh', coupling: 2, injector: 2 },
      hiddenChannels: 32,
      injectorKernels: [1, 1, 1],
      couplingKernels: [3, 1, 3],
      networks: 'plain',
    },
    levels: [
      { transitionSteps: 0, steps: 4, split: true },
      { transitionSteps: 0, steps: 4 },
    ],
    shift: { kind: 'full', start: 0.1 },
  },
  training: {
    ...small.training,
    steps: 1900,
    learningRate: 1e-3,
    shiftLearningRateFactor: 1,
    patchSize: 48,
  },
};

const rrdb: RrdbConfig = { kind: 'rrdb', channels: 64, growthChannels: 32, blocks: 23, taps: [1, 8, 15, 22] };

const publishedStep = (hiddenChannels: number): StepConfig => ({
  mixing: 'rotation',
  order: 'coupling first',
  scale: { kind: 'sigmoid', floor: 0.001 },
  hiddenChannels,
  injectorKernels: [3, 1, 3],
  couplingKernels: [3, 1, 3],
  networks: 'actNorm',
});

const publishedModel = (reduction: 4 | 8, hiddenChannels: number): DeFlowConfig => ({
  centre: 0,
  quantisationLevels: 32,
  conditioning: { reduction, noise: 0.03, network: rrdb, appendReduced: false },
  step: publishedStep(hiddenChannels),
  levels: [
    { transitionSteps: 2, steps: 16, split: true },
    { transitionSteps: 2, steps: 16 },
    { transitionSteps: 2, steps: 16 },
  ],
  shift: { kind: 'full', start: 0.1 },
});

const publishedTraining = (learningRate: number, patchSize: number, patchesPerDomain: number): TrainingRecipe => ({
  steps: 100_000,
  learningRate,
  shiftLearningRateFactor: 1,
  warmUpSteps: 0,
  schedule: { kind: 'halvings', at: [0.5, 0.75, 0.9, 0.95] },
  patchSize,
  patchesPerDomain,
});

const aimStatistics: StatisticsMatchingConfig = {
  images: {
    clean: { mean: [114.47609804, 111.67182033, 103.29093697], deviation: [59.98190873, 57.2422813, 59.9127576] },
    degraded: { mean: [120.71678252, 115.66740282, 104.7566205], deviation: [54.14952531, 52.60073718, 55.64991431] },
  },
  reduced: {
    clean: { mean: [114.36107384, 111.57875743, 103.19098391], deviation: [53.36256634, 50.91536884, 54.04613198] },
    degraded: { mean: [120.71671803, 115.66735471, 104.75649595], deviation: [50.67423609, 49.07204813, 52.3704119] },
  },
};

/** The published model for AIM 2019 (62.6 M parameters of the program's 62.9 M; it never uses the others), with Sigma able to learn. */
export const aim: Preset = {
  model: { ...publishedModel(8, 128), statistics: aimStatistics },
  training: publishedTraining(1e-4, 160, 4),
};

/** The published model for NTIRE 2020 track 1 (39.4 M parameters), with Sigma able to learn. */
export const ntire: Preset = { model: publishedModel(4, 64), training: publishedTraining(5e-5, 160, 4) };

/** The published model for DPED (39.4 M parameters), with Sigma able to learn. */
export const dped: Preset = { model: publishedModel(4, 64), training: publishedTraining(5e-6, 80, 24) };

/** All presets by name. */
export const presets = { small, paperSmall, aim, ntire, dped };
