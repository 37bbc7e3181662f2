import { addProducts, type Rows } from './multiply-transposed.ts';

/** Rows that are found before the matrix they are taken from is changed. */
const panelHeight = 64;

/**
 * Rows F with F' F = matrix, for a symmetric positive semidefinite matrix of `size` x `size` (row-major; overwritten):
 * Cholesky's factor with diagonal pivoting (Higham 2002, section 10.3), as many rows as the rank. It ends where no
 * diagonal entry is left above `size` times the rounding of the largest one.
 */
export function semidefiniteFactor(matrix: Float64Array, size: number): Rows {
  const rows: Float64Array[] = [];
  let left = { matrix, columns: Int32Array.from({ length: size }, (_, i) => i) };
  const largest = left.columns.reduce((most, i) => Math.max(most, matrix[i * size + i]!), 0);
  const negligible = size * Number.EPSILON * largest;
  while (left.columns.length > 0) {
    const panel = pivotRows(left.matrix, left.columns.length, negligible);
    for (const { values } of panel) rows.push(spread(values, left.columns, size));
    if (panel.length < panelHeight) break;
    left = remainder(left.matrix, left.columns, panel);
  }
  const data = new Float64Array(rows.length * size);
  rows.forEach((row, index) => {
    data.set(row, index * size);
  });
  return { data, count: rows.length, length: size };
}

interface PivotRow {
  readonly pivot: number;
  readonly values: Float64Array;
}

/** The next rows of the factor, in the columns of `matrix`, which stays as it is (both triangles are read). */
function pivotRows(matrix: Float64Array, size: number, negligible: number): PivotRow[] {
  const panel: PivotRow[] = [];
  const rest = Float64Array.from({ length: size }, (_, i) => matrix[i * size + i]!);
  while (panel.length < Math.min(panelHeight, size)) {
    const pivot = rest.reduce((best, value, i) => (value > rest[best]! ? i : best), 0);
    if (!(rest[pivot]! > negligible)) break;
    const values = matrix.slice(pivot * size, (pivot + 1) * size);
    for (const { values: earlier } of panel) {
      const weight = earlier[pivot]!;
      for (let i = 0; i < size; i++) values[i]! -= weight * earlier[i]!;
    }
    const scale = 1 / Math.sqrt(rest[pivot]!);
    for (const { pivot: used } of panel) values[used] = 0;
    for (let i = 0; i < size; i++) {
      values[i]! *= scale;
      rest[i]! -= values[i]! ** 2;
    }
    values[pivot] = 1 / scale;
    rest[pivot] = 0;
    for (const { pivot: used } of panel) rest[used] = 0;
    panel.push({ pivot, values });
  }
  return panel;
}

function spread(values: Float64Array, columns: Int32Array, size: number): Float64Array {
  const row = new Float64Array(size);
  values.forEach((value, i) => {
    row[columns[i]!] = value;
  });
  return row;
}

/** What the rows leave of the matrix, in the columns that were no pivots. */
function remainder(matrix: Float64Array, columns: Int32Array, panel: readonly PivotRow[]) {
  const size = columns.length;
  const used = new Set(panel.map(({ pivot }) => pivot));
  const kept = Int32Array.from({ length: size }, (_, i) => i).filter((i) => !used.has(i));
  const count = kept.length;
  const next = new Float64Array(count * count);
  const turned = new Float64Array(count * panel.length);
  kept.forEach((row, i) => {
    for (let j = 0; j < count; j++) next[i * count + j] = matrix[row * size + kept[j]!]!;
    panel.forEach(({ values }, k) => {
      turned[i * panel.length + k] = values[row]!;
    });
  });
  const vectors: Rows = { data: turned, count, length: panel.length };
  addProducts(next, vectors, vectors, -1);
  mirror(next, count);
  return { matrix: next, columns: kept.map((i) => columns[i]!) };
}

/** Copies what is below the diagonal above it. */
export function mirror(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) matrix[j * size + i] = matrix[i * size + j]!;
}
