import { parseArgs } from 'node:util';
import { DeFlowError } from '@deflow/images';
import { convertWeights, fetchWeights, type StoredWeights } from '../weights/fetch-weights.ts';
import { weightsFolder } from '../weights/folder.ts';
import { weightsSources } from '../weights/sources.ts';
import { UsageError } from './errors.ts';

const help = `deflow-metrics weights list
deflow-metrics weights fetch NAME... [--from FILE] [--folder FOLDER] [--address URL]
deflow-metrics weights convert NAME --from FILE [--folder FOLDER]

fetch downloads published weights, checks their SHA-256 and keeps what the metrics use; --from takes a file that you
downloaded yourself, --address a mirror. convert takes weights of your own, of the same names and shapes.
LPIPS needs a network and its weights (alexnet and lpips-alex-v0.1 by default), DISTS vgg16 and dists, FID and KID inception.
FOLDER is $DEFLOW_WEIGHTS, or deflow/weights in the user's cache folder.
`;

export interface WeightsCommandOptions {
  readonly onProgress?: (bytes: number, total: number | undefined) => void;
  readonly signal?: AbortSignal;
}

/** The command `deflow-metrics weights` with these arguments: what it prints, and whether all went well. */
export async function runWeights(
  args: readonly string[],
  options: WeightsCommandOptions = {},
): Promise<{ output: string; problem: string; status: 0 | 2 }> {
  try {
    return { output: await done(args, options), problem: '', status: 0 };
  } catch (error) {
    if (DeFlowError.isInstance(error)) return { output: '', problem: `${error.message}\n`, status: 2 };
    throw error;
  }
}

async function done(args: readonly string[], options: WeightsCommandOptions): Promise<string> {
  const { values, positionals } = parsed(args);
  const [command, ...names] = positionals;
  if (values.help || command === undefined) return help;
  const { from, address, folder = weightsFolder() } = values;
  if (command === 'list') return list();
  if (command !== 'fetch' && command !== 'convert')
    throw new UsageError(`There is no weights ${command}: it is list, fetch or convert.`);
  if (names.length === 0)
    throw new UsageError(`Give a name: deflow-metrics weights ${command} alexnet lpips-alex-v0.1`);
  if (names.length > 1 && (from !== undefined || address !== undefined))
    throw new UsageError('One file belongs to one name.');
  if (command === 'convert') {
    if (from === undefined) throw new UsageError('convert needs the file: --from FILE');
    return line(await convertWeights(names[0]!, { from, folder }));
  }
  let output = '';
  for (const name of names) output += line(await fetchWeights(name, { ...options, from, address, folder }));
  return output;
}

const words = {
  verified: 'SHA-256 verified',
  'first 8 digits': 'first 8 digits of the SHA-256 verified',
  other: 'not the published file',
} as const;

const line = ({ path, published }: StoredWeights): string => `${path} (${words[published]})\n`;

const list = (): string =>
  weightsSources
    .map(
      ({ name, address, sha256 }) => `${name}\n  ${address}\n  SHA-256 ${sha256}${sha256.length < 64 ? '...' : ''}\n`,
    )
    .join('');

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { from: text, folder: text, address: text, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
