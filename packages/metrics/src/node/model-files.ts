import { readFile } from 'node:fs/promises';
import { type BrisqueModel, decodeBrisqueModel } from '../brisque/model-files.ts';
import { decodeNiqeModel } from '../niqe/model-files.ts';
import type { NiqeModel } from '../niqe/niqe.ts';
import { ModelFileError } from './errors.ts';

const sources = {
  NIQE: 'modelparameters.mat of utlive/niqe on GitHub, or niqe_pris_params.npz of BasicSR; or fit your own with fitNiqe.',
  BRISQUE: 'allmodel and allrange in the folder MATLAB of utlive/BRISQUE on GitHub.',
};

const bytesOf = (path: string | URL, metric: keyof typeof sources): Promise<Uint8Array> =>
  readFile(path).catch((cause) => {
    throw new ModelFileError(String(path), metric, sources[metric], cause);
  });

/** Reads a NIQE model as `decodeNiqeModel` does. @throws ModelFileError when the file cannot be read, NiqeModelError */
export async function readNiqeModel(path: string | URL): Promise<NiqeModel> {
  return decodeNiqeModel(await bytesOf(path, 'NIQE'));
}

/**
 * Reads a BRISQUE model from the two files `allmodel` and `allrange`.
 *
 * @throws ModelFileError when a file cannot be read, BrisqueModelError
 */
export async function readBrisqueModel(model: string | URL, range: string | URL): Promise<BrisqueModel> {
  const [first, second] = await Promise.all([bytesOf(model, 'BRISQUE'), bytesOf(range, 'BRISQUE')]);
  return decodeBrisqueModel(new TextDecoder().decode(first), new TextDecoder().decode(second));
}
