/** One image: numbers that describe it, and its domain. */
export interface Example {
  readonly values: Float32Array;
  /** −1 for clean, 1 for degraded. */
  readonly label: number;
}

/** A linear classifier from ridge regression on the labels, in its dual form: as many unknowns as examples. Gives scores for others. */
export function ridgeClassifier(training: readonly Example[]): (values: Float32Array) => number {
  const standardise = standardiser(training);
  const rows = training.map(({ values }) => standardise(values));
  const kernel = rows.map((a, i) => rows.map((b, j) => inner(a, b) + (i === j ? 1 : 0)));
  const middle = training.reduce((sum, { label }) => sum + label, 0) / training.length;
  const weights = solve(
    kernel,
    training.map(({ label }) => label - middle),
  );
  return (values) => {
    const row = standardise(values);
    return rows.reduce((score, other, i) => score + weights[i]! * inner(row, other), 0);
  };
}

/** Scaled so that an example's product with itself is about 1. */
const inner = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0) / a.length;

function standardiser(examples: readonly Example[]): (values: Float32Array) => Float64Array {
  const length = examples[0]!.values.length;
  const [mean, square] = [new Float64Array(length), new Float64Array(length)];
  for (const { values } of examples) {
    values.forEach((value, i) => {
      mean[i]! += value / examples.length;
      square[i]! += value ** 2 / examples.length;
    });
  }
  const deviation = square.map((each, i) => Math.sqrt(Math.max(0, each - mean[i]! ** 2)));
  return (values) =>
    Float64Array.from(values, (value, i) => (deviation[i]! > 1e-12 ? (value - mean[i]!) / deviation[i]! : 0));
}

/** Solves a symmetric positive definite system by Cholesky's factorisation. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const size = matrix.length;
  const lower = matrix.map((row) => [...row]);
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let value = matrix[i]![j]!;
      for (let k = 0; k < j; k++) value -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(value) : value / lower[j]![j]!;
    }
  }
  const solution = [...right];
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) solution[i]! -= lower[i]![k]! * solution[k]!;
    solution[i]! /= lower[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solution[i]! -= lower[k]![i]! * solution[k]!;
    solution[i]! /= lower[i]![i]!;
  }
  return solution;
}
