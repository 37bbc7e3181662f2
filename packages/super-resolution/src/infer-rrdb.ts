import { InvalidNetworkError, NetworkFileError } from './errors.ts';
import { type RrdbNames, rrdbName } from './rrdb-names.ts';
import type { RrdbNetConfig } from './rrdb-net.ts';

/** Shapes of the tensors in a file, convolutions [output, input, height, width]. */
export type FileShapes = ReadonlyMap<string, readonly number[]>;

/** What can be read off without knowing the scale, under the names of each family. */
const blockNumber: Record<RrdbNames, RegExp> = {
  basicsr: /^body\.(\d+)\.rdb/,
  esrgan: /^RRDB_trunk\.(\d+)\.RDB/,
  'esrgan-2018': /^model\.1\.sub\.(\d+)\.RDB/,
};

const upConvolution: Record<RrdbNames, RegExp> = {
  basicsr: /^conv_up\d+\.weight$/,
  esrgan: /^upconv\d+\.weight$/,
  'esrgan-2018': /^model\.(?:[2-9]|\d\d+)\.weight$/,
};

/**
 * The configuration of an RRDBNet from the names and shapes of its parameters: the scale from the number of x2 stages, and
 * from the input channels whether the picture is unshuffled first (BasicSR's x2 and x1).
 *
 * @throws NetworkFileError when they are those of no RRDBNet that can be built.
 */
export function inferRrdb(shapes: FileShapes, names: RrdbNames): RrdbNetConfig {
  const keys = [...shapes.keys()];
  const blocks = 1 + Math.max(...keys.map((key) => Number(blockNumber[names].exec(key)?.[1] ?? -1)));
  // The first release numbers its layers: the convolution after the last stage and the last one look like stages.
  const stages = keys.filter((key) => upConvolution[names].test(key)).length - (names === 'esrgan-2018' ? 2 : 0);
  const size = { scale: 2 ** stages, unshuffle: 1, blocks } as RrdbNetConfig;
  const shapeOf = (name: string): readonly number[] => {
    const key = rrdbName(name, names, size);
    const shape = shapes.get(key);
    if (shape?.length === 4) return shape;
    throw new NetworkFileError(`This looks like an RRDBNet, but there is no convolution ${key} in it.`, {
      value: shape,
      remedy: 'Give the file of a complete network.',
    });
  };
  const [features, firstChannels] = shapeOf('conv_first.weight') as [number, number];
  const [growth] = shapeOf('body.0.rdb1.conv1.weight') as [number];
  const [outputChannels] = shapeOf('conv_last.weight') as [number];
  const unshuffle = [4, 2].find((factor) => firstChannels === outputChannels * factor ** 2) ?? 1;
  const scale = 2 ** stages / unshuffle;
  if (scale !== 1 && scale !== 2 && scale !== 4 && scale !== 8) {
    throw new InvalidNetworkError(`This RRDBNet has scale ${scale}.`, { value: scale, remedy: 'Use 1, 2, 4 or 8.' });
  }
  const inputChannels = firstChannels / unshuffle ** 2;
  return { kind: 'rrdb', scale, unshuffle, inputChannels, outputChannels, features, blocks, growth };
}
