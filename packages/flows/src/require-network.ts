import type { CouplingNetwork } from './coupling-network.ts';
import { FlowConfigurationError } from './errors.ts';

type Channels = Pick<CouplingNetwork, 'inputChannels' | 'contextChannels' | 'outputChannels'>;

/** Throws `FlowConfigurationError` unless `network` sees and gives these channels. */
export function requireNetwork(layer: string, network: CouplingNetwork, wanted: Channels): void {
  const tell = ({ inputChannels, contextChannels, outputChannels }: Channels) =>
    `inputChannels ${inputChannels}, contextChannels ${contextChannels}, outputChannels ${outputChannels}`;
  if (tell(network) !== tell(wanted)) {
    throw new FlowConfigurationError(`${layer}: its network has ${tell(network)}.`, {
      remedy: `Build the network with ${tell(wanted)}.`,
      value: network,
    });
  }
}
