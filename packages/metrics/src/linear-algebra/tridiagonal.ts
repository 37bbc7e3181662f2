/** A symmetric tridiagonal matrix: `below[i]` stands left of `diagonal[i + 1]`; the last entry of `below` is 0. */
export interface Tridiagonal {
  readonly diagonal: Float64Array;
  readonly below: Float64Array;
}

/**
 * Householder's reduction of a symmetric matrix (row-major; only on and below the diagonal is read, and overwritten) to a
 * tridiagonal one with the same eigenvalues. Each step goes over the matrix once: it takes the change of the last step from
 * a row and multiplies it with the new reflection's vector.
 */
export function tridiagonal(matrix: Float64Array, size: number): Tridiagonal {
  const diagonal = new Float64Array(size);
  const below = new Float64Array(size);
  let change: Change = { u: new Float64Array(size), q: new Float64Array(size) };
  let next: Change = { u: new Float64Array(size), q: new Float64Array(size) };
  for (let last = size - 1; last > 0; last--) {
    const row = matrix.subarray(last * size, last * size + last + 1);
    takeFrom(row, change, last);
    diagonal[last] = row[last]!;
    const { u, q } = next;
    const { outside, scale } = reflection(row, last, u);
    below[last - 1] = outside;
    q.fill(0, 0, last);
    multiply(matrix, size, last, change, next);
    if (scale > 0) {
      let overlap = 0;
      for (let k = 0; k < last; k++) overlap += u[k]! * q[k]!;
      const shift = (scale * scale * overlap) / 2;
      for (let k = 0; k < last; k++) q[k] = scale * q[k]! - shift * u[k]!;
    } else q.fill(0, 0, last);
    [change, next] = [next, change];
  }
  if (size > 0) {
    takeFrom(matrix, change, 0);
    diagonal[0] = matrix[0]!;
  }
  return { diagonal, below };
}

/** What is to be taken from the matrix: u q' + q u'. */
interface Change {
  readonly u: Float64Array;
  readonly q: Float64Array;
}

function takeFrom(row: Float64Array, { u, q }: Change, index: number): void {
  const [a, b] = [u[index]!, q[index]!];
  for (let k = 0; k <= index; k++) row[k]! -= a * q[k]! + b * u[k]!;
}

/**
 * The vector u of the reflection 1 - scale u u' that leaves only the last of the first `length` entries of a row, `outside`.
 */
function reflection(row: Float64Array, length: number, u: Float64Array): { outside: number; scale: number } {
  let rest = 0;
  for (let k = 0; k < length - 1; k++) rest += row[k]! * row[k]!;
  const end = row[length - 1]!;
  u.set(row.subarray(0, length));
  if (rest === 0) {
    u.fill(0, 0, length);
    return { outside: end, scale: 0 };
  }
  const norm = Math.sqrt(rest + end * end);
  const outside = end > 0 ? -norm : norm;
  u[length - 1] = end - outside;
  return { outside, scale: 1 / (norm * norm - end * outside) };
}

/** Takes the last change from the first `count` rows and adds the product of what is left with the new vector to its `q`. */
function multiply(matrix: Float64Array, size: number, count: number, last: Change, { u, q }: Change): void {
  let j = 0;
  if (count % 2 === 1) {
    multiplyRow(matrix, 0, 0, last, { u, q });
    j = 1;
  }
  for (; j < count; j += 2) multiplyTwoRows(matrix, size, j, last, { u, q });
}

function multiplyRow(matrix: Float64Array, start: number, j: number, last: Change, { u, q }: Change): void {
  const row = matrix.subarray(start, start + j + 1);
  takeFrom(row, last, j);
  for (let k = 0; k < j; k++) {
    q[j]! += row[k]! * u[k]!;
    q[k]! += row[k]! * u[j]!;
  }
  q[j]! += row[j]! * u[j]!;
}

/** Rows j and j + 1 together: what they share is loaded once. */
function multiplyTwoRows(matrix: Float64Array, size: number, j: number, last: Change, next: Change): void {
  const { u: oldU, q: oldQ } = last;
  const { u, q } = next;
  const first = j * size;
  const second = first + size;
  const [a, b, c, d] = [oldU[j]!, oldQ[j]!, oldU[j + 1]!, oldQ[j + 1]!];
  const [x, y] = [u[j]!, u[j + 1]!];
  let sum = 0;
  let other = 0;
  for (let k = 0; k < j; k++) {
    const [p, r] = [oldQ[k]!, oldU[k]!];
    const upper = matrix[first + k]! - (a * p + b * r);
    const lower = matrix[second + k]! - (c * p + d * r);
    matrix[first + k] = upper;
    matrix[second + k] = lower;
    const v = u[k]!;
    sum += upper * v;
    other += lower * v;
    q[k] = q[k]! + upper * x + lower * y;
  }
  matrix[first + j]! -= 2 * a * b;
  const corner = matrix[second + j]! - (c * b + d * a);
  matrix[second + j] = corner;
  matrix[second + j + 1]! -= 2 * c * d;
  q[j]! += sum + matrix[first + j]! * x + corner * y;
  q[j + 1]! += other + corner * x + matrix[second + j + 1]! * y;
}
