import { parseArgs } from 'node:util';
import { DeFlowError } from '@deflow/images';
import { readCheckpoint, readContents, writeCheckpoint } from './checkpoint-file.ts';
import { type CheckpointFormat, formatOfPath, formats } from './format.ts';
import { contentsAsData, describeContents } from './print-contents.ts';

export const usage = `Usage:
  deflow-checkpoint FILE...                what each checkpoint holds: format, names, shapes, types, sums, number of parameters
  deflow-checkpoint convert IN OUT         writes the tensors of IN to OUT; its ending says as what: .safetensors, .pth, .pt, .ckpt, .bin

Options:
  --json              what the files hold as JSON
  --key NAME          convert: which dictionary of a PyTorch file to take (params_ema, params or state_dict unless given)
  --format FORMAT     convert: ${formats.join(', ')}
  --help              this text
`;

export interface CommandStreams {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

const options = {
  json: { type: 'boolean' },
  key: { type: 'string' },
  format: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** Runs `deflow-checkpoint` with these arguments; the exit code: 0, 1 when a file could not be read or written, 2 for wrong arguments. */
export async function runCommand(args: readonly string[], { print, complain }: CommandStreams): Promise<number> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    complain(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return 2;
  }
  const { positionals, values } = parsed;
  const [first, ...rest] = positionals;
  if (values.help) {
    print(usage);
    return 0;
  }
  if (first === undefined || (first === 'convert' && rest.length !== 2) || !isFormat(values.format)) {
    complain(usage);
    return 2;
  }
  try {
    if (first === 'convert') {
      const [from, to] = rest as [string, string];
      const { tensors, metadata } = await readCheckpoint(from, values.key === undefined ? {} : { key: values.key });
      await convert(to, tensors, { format: values.format, metadata });
      print(`${to}: ${tensors.size} tensors`);
    } else await show(positionals, values.json ?? false, print);
    return 0;
  } catch (error) {
    if (!DeFlowError.isInstance(error)) throw error;
    complain(`${error.name}: ${error.message}`);
    return 1;
  }
}

const parse = (args: readonly string[]) => parseArgs({ args: [...args], options, allowPositionals: true });

const isFormat = (name: string | undefined): name is CheckpointFormat | undefined =>
  name === undefined || formats.some((format) => format === name);

type Converted = Awaited<ReturnType<typeof readCheckpoint>>;

/** Free texts go where they can. */
async function convert(
  path: string,
  tensors: Converted['tensors'],
  { format, metadata }: { format: CheckpointFormat | undefined; metadata: Converted['metadata'] },
): Promise<void> {
  const wanted = format ?? formatOfPath(path);
  await writeCheckpoint(path, tensors, wanted === 'safetensors' ? { format: wanted, metadata } : { format: wanted });
}

async function show(paths: readonly string[], json: boolean, print: (text: string) => void): Promise<void> {
  const shown: ReturnType<typeof contentsAsData>[] = [];
  for (const path of paths) {
    const contents = await readContents(path);
    if (json) shown.push(contentsAsData(path, contents));
    else print(describeContents(path, contents));
  }
  if (json) print(JSON.stringify(shown, null, 2));
}
