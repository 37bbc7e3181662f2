import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readCheckpoint, writeAtomically, writeCheckpoint } from '@deflow/checkpoints/node';
import { OptionError } from '@deflow/images';
import { backboneTensors, backboneWeights, type NamedTensors } from '../../backbones/weights.ts';
import { distsFactors, factorTensors } from '../../dists/weights.ts';
import { inceptionTensors } from '../../inception/weights.ts';
import { headTensors, lpipsHeads } from '../../lpips/weights.ts';
import { ModelFileError } from '../errors.ts';
import { type DownloadOptions, download, sha256Of } from './download.ts';
import { WeightsChecksumError } from './errors.ts';
import { weightsFolder } from './folder.ts';
import { type WeightsSource, weightsSources } from './sources.ts';

export interface ConvertWeightsOptions {
  /** The file to read: what was published, or weights of the same names and shapes. */
  readonly from: string;
  /** Where the result goes; default `weightsFolder()`. */
  readonly folder?: string;
}

export interface FetchWeightsOptions extends DownloadOptions {
  /** A file that was downloaded by other means, instead of the published address. */
  readonly from?: string;
  /** A mirror, instead of the published address. The check sum stays the published one. */
  readonly address?: string;
  /** Where the result goes; default `weightsFolder()`. */
  readonly folder?: string;
}

/** What came of a file of weights. */
export interface StoredWeights {
  readonly path: string;
  readonly sha256: string;
  /** Whether the file was the published one: all digits of its SHA-256 are, or the 8 in the names of torchvision's and FID's files. */
  readonly published: 'verified' | 'first 8 digits' | 'other';
}

/**
 * Fetches a published file (or takes it `from` a file), checks its SHA-256, keeps the tensors that the metrics use and
 * writes them to the folder, whole or not at all.
 *
 * @throws OptionError for a name that is not known, WeightsDownloadError, WeightsChecksumError, WeightsError
 */
export async function fetchWeights(name: string, options: FetchWeightsOptions = {}): Promise<StoredWeights> {
  const source = sourceOf(name);
  const { from, folder = weightsFolder(), address = source.address } = options;
  if (from !== undefined) return stored(source, from, checked(source, from, await hashOf(from, name)), folder);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${source.file}.${randomUUID()}.part`);
  try {
    const sha256 = await download({ name, address }, temporary, options);
    return await stored(source, temporary, checked(source, address, sha256), folder);
  } finally {
    await rm(temporary, { force: true });
  }
}

/**
 * Takes weights from a file, published or one's own, keeps the tensors that the metrics use and writes them to the folder.
 *
 * @throws OptionError for a name that is not known, WeightsError when tensors are missing or have other shapes
 */
export async function convertWeights(name: string, { from, folder }: ConvertWeightsOptions): Promise<StoredWeights> {
  return stored(sourceOf(name), from, await hashOf(from, name), folder ?? weightsFolder());
}

function sourceOf(name: string): WeightsSource {
  const source = weightsSources.find((each) => each.name === name);
  if (source) return source;
  throw new OptionError(`There are no weights called ${name}.`, {
    value: name,
    remedy: `Known are ${weightsSources.map((each) => each.name).join(', ')}.`,
  });
}

const hashOf = (path: string, name: string): Promise<string> =>
  sha256Of(path).catch((cause) => {
    throw new ModelFileError(
      path,
      name,
      `Get the file that --from names: a published ${name}, or weights like it.`,
      cause,
    );
  });

function checked({ sha256: expected }: WeightsSource, origin: string, sha256: string): string {
  if (!sha256.startsWith(expected)) throw new WeightsChecksumError(origin, sha256, expected);
  return sha256;
}

async function stored(source: WeightsSource, from: string, sha256: string, folder: string): Promise<StoredWeights> {
  const path = join(folder, source.file);
  if (source.kind.type === 'copy') {
    const bytes = await readFile(from);
    await mkdir(folder, { recursive: true });
    await writeAtomically(path, [bytes]);
  } else {
    const tensors = converted(source, (await readCheckpoint(from)).tensors);
    await mkdir(folder, { recursive: true });
    await writeCheckpoint(path, tensors, { format: 'safetensors', metadata: { name: source.name, sha256 } });
  }
  const same = sha256.startsWith(source.sha256);
  return { path, sha256, published: same ? (source.sha256.length === 64 ? 'verified' : 'first 8 digits') : 'other' };
}

function converted({ kind }: WeightsSource, tensors: NamedTensors): NamedTensors {
  if (kind.type === 'backbone') return backboneTensors(backboneWeights(kind.network, tensors));
  if (kind.type === 'inception') return inceptionTensors(tensors);
  if (kind.type === 'heads') return headTensors(lpipsHeads(kind, tensors));
  return factorTensors(distsFactors(tensors));
}
