import type { RrdbConfig } from '../config.ts';
import type { ReleasedTensor } from './layout.ts';

const denseBlocks = [1, 2, 3];
const denseConvolutions = [1, 2, 3, 4, 5];

/** The tensors of an RRDB network under the names of 2020 (`RRDB_trunk`), in its order. The last enlargement and the RGB head are unused. */
export function rrdbTensors(network: RrdbConfig, reduction: number): ReleasedTensor[] {
  const { channels, growthChannels: growth, blocks } = network;
  const square: readonly [number, number] = [channels, channels];
  const enlargements = Math.log2(reduction);
  const convolution = (key: string, [outputs, inputs]: readonly [number, number], used = true): ReleasedTensor[] =>
    [
      { key: `${key}.weight`, shape: [outputs, inputs, 3, 3] },
      { key: `${key}.bias`, shape: [outputs] },
    ].map((tensor) => ({ ...tensor, parts: used ? [{ path: `conditioning.${tensor.key}` }] : [] }));
  const dense = (key: string) =>
    denseConvolutions.flatMap((index) => {
      const outputs = index === 5 ? channels : growth;
      return convolution(`${key}.conv${index}`, [outputs, channels + growth * (index - 1)]);
    });
  return [
    ...convolution('conv_first', [channels, 3]),
    ...Array.from({ length: blocks }, (_, block) =>
      denseBlocks.flatMap((index) => dense(`RRDB_trunk.${block}.RDB${index}`)),
    ).flat(),
    ...convolution('trunk_conv', square),
    // The flow's largest level has half of the image's size: one enlargement less than the program makes.
    ...Array.from({ length: enlargements }, (_, index) =>
      convolution(`upconv${index + 1}`, square, index + 1 < enlargements),
    ).flat(),
    ...convolution('HRconv', square, false),
    ...convolution('conv_last', [3, channels], false),
  ];
}
