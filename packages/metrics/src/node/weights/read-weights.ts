import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCheckpoint } from '@deflow/checkpoints/node';
import { type NamedTensors, torchvisionNames } from '../../backbones/weights.ts';
import { type DistsWeights, distsWeights } from '../../dists/weights.ts';
import { type InceptionWeights, inceptionWeights } from '../../inception/weights.ts';
import { checkVariant, type LpipsVariant, type LpipsWeights, lpipsWeights } from '../../lpips/weights.ts';
import { MissingWeightsError } from './errors.ts';
import { weightsFolder } from './folder.ts';
import { backboneFile, distsFile, headsFile, inceptionFile } from './sources.ts';

export interface ReadLpipsOptions extends Partial<LpipsVariant> {
  /** Where `deflow-metrics weights fetch` put the files; default $DEFLOW_WEIGHTS or deflow/weights in the cache folder. */
  readonly folder?: string;
  /** A file of torchvision's weights instead of the one in the folder: PyTorch or safetensors. */
  readonly backbone?: string;
  /** A file of the authors' weights instead of the one in the folder: PyTorch or safetensors. */
  readonly heads?: string;
}

/**
 * Reads the weights of LPIPS; `network` is `alex` and `version` is `0.1` unless given.
 *
 * @throws MissingWeightsError with the command that fetches them, WeightsError when tensors are missing or have other
 * shapes, CheckpointFileError, CheckpointFormatError, OptionError
 */
export async function readLpipsWeights(options: ReadLpipsOptions = {}): Promise<LpipsWeights> {
  const { network = 'alex', version = '0.1', folder = weightsFolder() } = options;
  const variant = checkVariant({ network, version });
  const backbone = options.backbone ?? join(folder, backboneFile(network));
  const heads = options.heads ?? join(folder, headsFile(network, version));
  return lpipsWeights(
    variant,
    await tensorsOf(backbone, torchvisionNames[network]),
    await tensorsOf(heads, `lpips-${network}-v${version}`),
  );
}

export interface ReadDistsOptions {
  /** Where `deflow-metrics weights fetch` put the files; default $DEFLOW_WEIGHTS or deflow/weights in the cache folder. */
  readonly folder?: string;
  /** A file of torchvision's vgg16 instead of the one in the folder: PyTorch or safetensors. */
  readonly backbone?: string;
  /** The authors' weights.pt instead of the file in the folder: PyTorch or safetensors. */
  readonly weights?: string;
}

/**
 * Reads the weights of DISTS.
 *
 * @throws MissingWeightsError with the command that fetches them, WeightsError when tensors are missing or have other
 * shapes, CheckpointFileError, CheckpointFormatError
 */
export async function readDistsWeights(options: ReadDistsOptions = {}): Promise<DistsWeights> {
  const { folder = weightsFolder() } = options;
  const backbone = options.backbone ?? join(folder, backboneFile('vgg'));
  const weights = options.weights ?? join(folder, distsFile);
  return distsWeights(await tensorsOf(backbone, torchvisionNames.vgg), await tensorsOf(weights, 'dists'));
}

export interface ReadInceptionOptions {
  /** Where `deflow-metrics weights fetch` put the file; default $DEFLOW_WEIGHTS or deflow/weights in the cache folder. */
  readonly folder?: string;
  /** `pt_inception-2015-12-05-6726825d.pth` or a file like it instead of the one in the folder: PyTorch or safetensors. */
  readonly file?: string;
}

/**
 * Reads the weights of the Inception network of FID and KID.
 *
 * @throws MissingWeightsError with the command that fetches them, WeightsError when tensors are missing, have other shapes
 * or belong to another network, CheckpointFileError, CheckpointFormatError
 */
export async function readInceptionWeights(options: ReadInceptionOptions = {}): Promise<InceptionWeights> {
  const { folder = weightsFolder() } = options;
  return inceptionWeights(await tensorsOf(options.file ?? join(folder, inceptionFile), 'inception'));
}

async function tensorsOf(path: string, name: string): Promise<NamedTensors> {
  if (!existsSync(path)) throw new MissingWeightsError(path, name);
  return (await readCheckpoint(path)).tensors;
}
