import type { Layer } from '@deflow/nn';
import type { RrdbNetConfig } from './rrdb-net.ts';

/** What a network is, as plain data: `createNetwork` builds it again. */
export type NetworkConfig = RrdbNetConfig;

/**
 * A network that enlarges pictures: `apply` takes [batch, height, width, inputChannels], RGB in 0..1, to
 * [batch, scale height, scale width, outputChannels], not clamped. Height and width are multiples of `sizeMultiple`.
 */
export interface SuperResolutionNetwork<Config extends NetworkConfig = NetworkConfig> extends Layer {
  readonly config: Config;
  readonly scale: number;
  /** What height and width of the input have to be divisible by. */
  readonly sizeMultiple: number;
}
