import type { Random } from '@deflow/images';
import { InvalidNetworkError } from './errors.ts';
import type { NetworkConfig, SuperResolutionNetwork } from './network.ts';
import { rrdbNet } from './rrdb-net.ts';

/** The network that `config` describes, with fresh parameters. @throws InvalidNetworkError */
export function createNetwork(config: NetworkConfig, random: Random): SuperResolutionNetwork {
  switch (config.kind) {
    case 'rrdb':
      return rrdbNet({ ...config, random });
    default:
      throw new InvalidNetworkError('There is no such kind of network.', {
        value: config,
        remedy: 'Use the kind rrdb.',
      });
  }
}
