import type { DeFlow } from '@deflow/degradation';
import { namedParameters } from '@deflow/nn';
import type { TrainingRecord } from './training-record.ts';

/** The diagonal of Sigma over the channels of all latents; of a Sigma that depends on the picture its constant part. */
export function readSigma(model: DeFlow): TrainingRecord['sigma'] {
  const diagonal: number[] = [];
  for (const [name, variable] of namedParameters(model.parameters)) {
    // sigma = exp(a), or Sigma = A Aᵀ with A in rows
    if (/shifts\.\d+\.logDeviation$/.test(name))
      diagonal.push(...Array.from(variable.dataSync(), (a) => Math.exp(2 * a)));
    else if (/shifts\.\d+\.factor$/.test(name)) diagonal.push(...rowEnergies(variable.dataSync(), variable.shape[0]!));
  }
  diagonal.sort((a, b) => a - b);
  return { least: diagonal[0]!, median: diagonal[diagonal.length >> 1]!, most: diagonal.at(-1)! };
}

const rowEnergies = (matrix: ArrayLike<number>, rows: number): number[] =>
  Array.from({ length: rows }, (_, row) => {
    const columns = matrix.length / rows;
    let energy = 0;
    for (let column = 0; column < columns; column++) energy += matrix[row * columns + column]! ** 2;
    return energy;
  });
