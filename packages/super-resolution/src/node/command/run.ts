import { parseArgs } from 'node:util';
import { DeFlowError } from '@deflow/images';
import { readImage, writeImage } from '@deflow/images/node';
import { createUpscaler, type Upscaler } from '../../upscaler.ts';
import { readSuperResolution } from '../super-resolution-file.ts';
import { type CommandEngine, loadEngine } from './engine.ts';
import { findWork, type Work } from './find-work.ts';
import { UsageError } from './usage-error.ts';

const help = `deflow-upscale INPUT... --model FILE --out DIR|FILE

Enlarges pictures, or all pictures of folders, with a super-resolution network: a published .pth of ESRGAN, Real-ESRGAN,
BSRGAN or Real-SR, or a file of @deflow/super-resolution. In a folder results are PNG files of the same names.

  --model FILE            .pth or .safetensors
  --out DIR|FILE          where the results go
  --tile N                side of the tiles that large pictures are cut into (256): bounds the memory
  --overlap N             pixels that neighbouring tiles share (32)
  --precision P           float32 or bfloat16 (faster, where the processor has it)
  --backend B             auto, cuda, native or wasm of @deflow/tensorflow
`;

/** What a call of the command says in the end, and its exit status: 0, 1 when a picture failed, 2 for a wrong call. */
export interface Outcome {
  readonly output: string;
  readonly problem: string;
  readonly status: 0 | 1 | 2;
}

export interface RunOptions {
  /** Told before each picture and after each of its tiles: how many are done, of how many, with a fraction. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
  readonly engine?: (backend: string | undefined) => Promise<CommandEngine>;
}

/** The command `deflow-upscale` with these arguments. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  try {
    const { values, positionals } = parsed(args);
    if (values.help) return { output: help, problem: '', status: 0 };
    const { model: file, out, precision } = values;
    if (positionals.length === 0 || !file || !out) throw new UsageError('Give pictures, --model and --out.');
    if (precision !== 'float32' && precision !== 'bfloat16')
      throw new UsageError(`There is no precision ${precision}.`);
    const sizes = { tile: whole('tile', values.tile), overlap: whole('overlap', values.overlap) };
    const work = await findWork(positionals, out);
    const { name, compile } = await (options.engine ?? loadEngine)(values.backend);
    const model = await readSuperResolution(file);
    const upscaler = createUpscaler(model, { precision, ...(compile ? { compile } : {}) });
    const problems = await enlargeAll(upscaler, work, { ...sizes, ...options });
    const done = work.length - problems.length;
    const output = `${done} of ${work.length} enlarged x${upscaler.scale} (${name}) into ${out}\n`;
    return { output, problem: problems.join(''), status: problems.length > 0 ? 1 : 0 };
  } catch (error) {
    if (!(error instanceof UsageError) && !DeFlowError.isInstance(error)) throw error;
    const hint = error instanceof UsageError ? '  See deflow-upscale --help.\n' : '';
    return { output: '', problem: `${error.message}\n${hint}`, status: 2 };
  }
}

async function enlargeAll(
  upscaler: Upscaler,
  work: readonly Work[],
  { tile, overlap, onProgress, signal }: RunOptions & { readonly tile: number; readonly overlap: number },
): Promise<string[]> {
  const problems: string[] = [];
  for (const [index, { input, output }] of work.entries()) {
    onProgress?.(index, work.length);
    try {
      const image = await readImage(input);
      const progress = (share: number) => onProgress?.(index + share, work.length);
      const result = await upscaler.upscale(image, {
        tile,
        overlap,
        onProgress: progress,
        ...(signal ? { signal } : {}),
      });
      await writeImage(output, result);
    } catch (error) {
      if (!DeFlowError.isInstance(error)) throw error;
      problems.push(`${input}: ${error.message}\n`);
    }
    if (signal?.aborted) break;
  }
  return problems;
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new UsageError(`--${name} ${text} is no whole number.`);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        model: { type: 'string' },
        out: { type: 'string' },
        tile: { type: 'string', default: '256' },
        overlap: { type: 'string', default: '32' },
        precision: { type: 'string', default: 'float32' },
        backend: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
