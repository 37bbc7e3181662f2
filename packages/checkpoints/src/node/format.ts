import { CheckpointFormatError } from '../errors.ts';

/** `pytorch` is torch.save's zip container, `pytorch-legacy` the stream that it wrote before 1.6. */
export type CheckpointFormat = 'safetensors' | 'pytorch' | 'pytorch-legacy';

export const formats: readonly CheckpointFormat[] = ['safetensors', 'pytorch', 'pytorch-legacy'];

const byEnding: Readonly<Record<string, CheckpointFormat>> = {
  safetensors: 'safetensors',
  pth: 'pytorch',
  pt: 'pytorch',
  ckpt: 'pytorch',
  bin: 'pytorch',
};

/** The format that a file name stands for. @throws CheckpointFormatError for endings that say nothing. */
export function formatOfPath(path: string): CheckpointFormat {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const format = Object.hasOwn(byEnding, ending) ? byEnding[ending] : undefined;
  if (format) return format;
  throw new CheckpointFormatError(`The name ${path} does not say which format to write.`, {
    remedy: `End it with ${Object.keys(byEnding)
      .map((each) => `.${each}`)
      .join(', ')}, or give { format }.`,
    value: path,
  });
}
