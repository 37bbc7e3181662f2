import { decodeMat, isMat } from '../readers/mat.ts';
import type { Matrix } from '../readers/matrix.ts';
import { decodeNpz, isZip } from '../readers/npz.ts';
import { featureCount } from './block-features.ts';
import { NiqeModelError } from './errors.ts';
import type { NiqeModel } from './niqe.ts';

/**
 * Reads a NIQE model: modelparameters.mat of the authors' release, niqe_pris_params.npz of BasicSR, or the JSON that
 * `encodeNiqeModel` writes.
 *
 * @throws NiqeModelError when the bytes hold none
 */
export async function decodeNiqeModel(bytes: Uint8Array): Promise<NiqeModel> {
  if (isMat(bytes) || isZip(bytes)) {
    const matrices = await (isMat(bytes) ? decodeMat(bytes) : decodeNpz(bytes)).catch((cause) => {
      throw new NiqeModelError('the file is damaged.', cause);
    });
    const find = (...names: string[]) => names.map((name) => matrices.get(name)).find((matrix) => matrix);
    return checked(find('mu_prisparam', 'mu_pris_param', 'pop_mu'), find('cov_prisparam', 'cov_pris_param', 'pop_cov'));
  }
  const { mean, covariance } = parsed(bytes);
  const matrix = (values: unknown): Matrix | undefined =>
    Array.isArray(values) ? { shape: [values.length], data: Float64Array.from(values, Number) } : undefined;
  return checked(matrix(mean), matrix(covariance));
}

/** The model as JSON that `decodeNiqeModel` reads; every number survives. */
export function encodeNiqeModel({ mean, covariance }: NiqeModel): string {
  return JSON.stringify({ mean: [...mean], covariance: [...covariance] });
}

function parsed(bytes: Uint8Array): { mean?: unknown; covariance?: unknown } {
  try {
    return Object(JSON.parse(new TextDecoder().decode(bytes)));
  } catch (cause) {
    throw new NiqeModelError('neither a MAT file, nor an npz archive, nor JSON.', cause);
  }
}

function checked(mean: Matrix | undefined, covariance: Matrix | undefined): NiqeModel {
  if (!mean || !covariance) throw new NiqeModelError('it has no mean and covariance.');
  if (mean.data.length !== featureCount || covariance.data.length !== featureCount ** 2)
    throw new NiqeModelError(`it has ${mean.data.length} features, not ${featureCount}.`);
  if (![...mean.data, ...covariance.data].every(Number.isFinite))
    throw new NiqeModelError('not all values are finite.');
  return { mean: mean.data, covariance: covariance.data };
}
