import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BrisqueModel, decodeBrisqueModel } from '../brisque/model-files.ts';
import { decodeNiqeModel } from '../niqe/model-files.ts';
import type { NiqeModel } from '../niqe/niqe.ts';
import { ModelFileError } from './errors.ts';
import { weightsFolder } from './weights/folder.ts';
import { brisqueFiles, niqeFile } from './weights/sources.ts';

const remedies = {
  NIQE: 'Run: deflow-metrics weights fetch niqe. It is modelparameters.mat of utlive/niqe on GitHub; niqe_pris_params.npz of BasicSR holds the same, and fitNiqe makes your own.',
  BRISQUE:
    'Run: deflow-metrics weights fetch brisque-model brisque-range. They are allmodel and allrange in the folder MATLAB of utlive/BRISQUE on GitHub.',
};

const bytesOf = (path: string | URL, metric: keyof typeof remedies): Promise<Uint8Array> =>
  readFile(path).catch((cause) => {
    throw new ModelFileError(String(path), metric, remedies[metric], cause);
  });

/**
 * Reads a NIQE model as `decodeNiqeModel` does, unless a path is given the one that `deflow-metrics weights fetch` has got.
 *
 * @throws ModelFileError with that command when the file cannot be read, NiqeModelError
 */
export async function readNiqeModel(path: string | URL = join(weightsFolder(), niqeFile)): Promise<NiqeModel> {
  return decodeNiqeModel(await bytesOf(path, 'NIQE'));
}

/**
 * Reads a BRISQUE model from the two files `allmodel` and `allrange`, unless they are given those that
 * `deflow-metrics weights fetch` has got.
 *
 * @throws ModelFileError with that command when a file cannot be read, BrisqueModelError
 */
export async function readBrisqueModel(
  model: string | URL = join(weightsFolder(), brisqueFiles.model),
  range: string | URL = join(weightsFolder(), brisqueFiles.range),
): Promise<BrisqueModel> {
  const [first, second] = await Promise.all([bytesOf(model, 'BRISQUE'), bytesOf(range, 'BRISQUE')]);
  return decodeBrisqueModel(new TextDecoder().decode(first), new TextDecoder().decode(second));
}
