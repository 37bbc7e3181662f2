import { type CouplingNetwork, type CouplingNetworkOptions, couplingNetwork } from './coupling-network.ts';

/** The sizes of a `denseNetwork`: those of a `couplingNetwork`, and its depth, 2 unless given. */
export interface DenseNetworkOptions extends Omit<CouplingNetworkOptions, 'kernels'> {
  /** Layers of `hiddenChannels` between input and output. */
  readonly hiddenLayers?: number;
}

/** A `couplingNetwork` for vectors [batch, dimensions]: a multilayer perceptron with ReLU whose last layer starts at zero. */
export const denseNetwork = ({ hiddenLayers = 2, ...options }: DenseNetworkOptions): CouplingNetwork =>
  couplingNetwork({ ...options, kernels: new Array(hiddenLayers + 1).fill(1) });
