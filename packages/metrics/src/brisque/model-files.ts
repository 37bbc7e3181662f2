import { BrisqueModelError } from './errors.ts';

/** A support vector regression with a Gaussian kernel over 36 features, and the ranges that these are scaled by. */
export interface BrisqueModel {
  /** The kernel exp(-gamma |a - b|^2). */
  readonly gamma: number;
  readonly rho: number;
  readonly coefficients: Float64Array;
  /** One row of 36 for each coefficient. */
  readonly vectors: Float64Array;
  /** Each feature's value that becomes -1, and the one that becomes 1. */
  readonly minimum: Float64Array;
  readonly maximum: Float64Array;
}

export const featureCount = 36;

/**
 * Reads a BRISQUE model from the two texts of the authors' release: `allmodel` (LibSVM, epsilon-SVR with RBF kernel) and
 * `allrange` (svm-scale, -1..1).
 *
 * @throws BrisqueModelError
 */
export function decodeBrisqueModel(model: string, range: string): BrisqueModel {
  const [header, body] = model.split(/^SV\s*$/m) as [string, string | undefined];
  const field = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(header)?.[1]?.trim();
  if (field('svm_type') !== 'epsilon_svr' || field('kernel_type') !== 'rbf' || body === undefined)
    throw new BrisqueModelError('the first text is no LibSVM epsilon-SVR with RBF kernel.');
  const lines = body.split('\n').filter((line) => line.trim());
  if (lines.length === 0 || lines.length !== Number(field('total_sv')))
    throw new BrisqueModelError(`it says ${field('total_sv')} support vectors and has ${lines.length}.`);
  const coefficients = new Float64Array(lines.length);
  const vectors = new Float64Array(lines.length * featureCount);
  lines.forEach((line, row) => {
    const [coefficient, ...entries] = line.trim().split(/\s+/);
    coefficients[row] = Number(coefficient);
    for (const [index, value] of entries.map((entry) => entry.split(':').map(Number) as [number, number]))
      vectors[row * featureCount + index - 1] = value;
  });
  const ranges = [...range.matchAll(/^(\d+) (\S+) (\S+)\s*$/gm)];
  if (!/^x\s+-1 1\s/.test(range) || ranges.length !== featureCount)
    throw new BrisqueModelError(`the second text is no svm-scale range -1..1 of ${featureCount} features.`);
  const bound = (column: number) => Float64Array.from(ranges, (match) => Number(match[column]));
  const read = { gamma: Number(field('gamma')), rho: Number(field('rho')), coefficients, vectors };
  return { ...read, minimum: bound(2), maximum: bound(3) };
}
