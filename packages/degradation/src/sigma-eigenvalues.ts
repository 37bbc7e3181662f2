import { namedParameters } from '@deflow/nn';
import type { DeFlow } from './deflow.ts';
import { symmetricEigenvalues } from './symmetric-eigenvalues.ts';

/**
 * The eigenvalues of Sigma, largest first, for each latent: how much noise separates the domains, in units of the clean latent's own
 * variance. Of a Sigma that depends on h those of its constant part, diag(exp(2a)).
 */
export async function sigmaEigenvalues({ parameters }: Pick<DeFlow, 'parameters'>): Promise<number[][]> {
  const shifts = [...namedParameters(parameters)].filter(([name]) => /^shifts\.\d+\.(factor|logDeviation)$/.test(name));
  return Promise.all(
    shifts.map(async ([name, variable]) => {
      const values = Array.from(await variable.data());
      if (name.endsWith('logDeviation')) return values.map((each) => Math.exp(2 * each)).sort((a, b) => b - a);
      return symmetricEigenvalues(outerSquare(values, variable.shape[0]!));
    }),
  );
}

/** A Aᵀ of a square matrix by its entries. */
function outerSquare(entries: readonly number[], size: number): number[][] {
  const row = (i: number) => entries.slice(i * size, (i + 1) * size);
  const rows = Array.from({ length: size }, (_, i) => row(i));
  return rows.map((a) => rows.map((b) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)));
}
