import type { Random } from '@deflow/images';
import {
  type Base,
  classConditional,
  couplingNetwork,
  diagonalNormal,
  fullCovarianceNormal,
  mixture,
  standardNormal,
  uniform,
} from '../../src/index.ts';

const shape = [2];
/** Sees three features. */
export const network = (outputChannels: number, random: Random) =>
  couplingNetwork({ inputChannels: 0, contextChannels: 3, outputChannels, hiddenChannels: 8, kernels: [1, 1], random });

/** A base over [2], within about +-8; `context` one row of features. */
export interface BaseCase {
  readonly name: string;
  make(random: Random): Base;
  readonly context?: readonly number[];
  /** How far the parameters are moved from their start; 0.3 unless given. */
  readonly spread?: number;
  /** A finer grid, for edges. */
  readonly grid?: { readonly range: number; readonly points: number };
}

/** Every base that the package exports, in all its forms. */
export const baseCases: readonly BaseCase[] = [
  { name: 'standardNormal', make: () => standardNormal({ shape }) },
  { name: 'diagonalNormal', make: () => diagonalNormal({ shape, mean: [0.5, -1], logStd: [0.2, -0.4] }) },
  {
    name: 'conditional diagonalNormal',
    make: (random) => diagonalNormal({ shape, network: network(4, random) }),
    context: [0.5, -1, 2],
  },
  { name: 'fullCovarianceNormal by Cholesky', make: () => fullCovarianceNormal({ shape }) },
  { name: 'fullCovarianceNormal as I + A A^T', make: () => fullCovarianceNormal({ shape, form: 'identityPlus' }) },
  {
    name: 'conditional fullCovarianceNormal',
    make: (random) => fullCovarianceNormal({ shape, network: network(8, random) }),
    context: [0.5, -1, 2],
  },
  {
    name: 'conditional fullCovarianceNormal as I + A A^T',
    make: (random) => fullCovarianceNormal({ shape, form: 'identityPlus', network: network(6, random) }),
    context: [0.5, -1, 2],
  },
  {
    name: 'conditional uniform',
    make: (random) => uniform({ shape, low: -2, high: 2, network: network(4, random) }),
    context: [0.5, -1, 2],
    spread: 0.1,
    grid: { range: 4, points: 1000 },
  },
  { name: 'uniform', make: () => uniform({ shape, low: -1.5, high: 2 }) },
  {
    name: 'mixture',
    make: () =>
      mixture({
        components: [
          diagonalNormal({ shape, mean: [-2, 1] }),
          fullCovarianceNormal({ shape }),
          diagonalNormal({ shape, mean: [2, 2], logStd: [-0.5, -1] }),
        ],
        weights: [1, 2, 1],
      }),
  },
  {
    name: 'conditional mixture',
    make: (random) =>
      mixture({
        components: [
          diagonalNormal({ shape, network: network(4, random) }),
          diagonalNormal({ shape, network: network(4, random) }),
        ],
        network: network(2, random),
      }),
    context: [0.5, -1, 2],
  },
  {
    name: 'classConditional',
    make: () =>
      classConditional({ classes: [standardNormal({ shape }), fullCovarianceNormal({ shape, form: 'identityPlus' })] }),
    context: [0, 1],
  },
  {
    name: 'conditional classConditional',
    make: (random) =>
      classConditional({
        classes: [standardNormal({ shape }), diagonalNormal({ shape, network: network(4, random) })],
        contextChannels: 3,
      }),
    context: [0, 1, 0.5, -1, 2],
  },
];
