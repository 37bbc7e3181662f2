import { type Columns, type Complex, complexZeros, type Rows, type Transform } from './complex.ts';

/** The factors 7, 5, 3, 2 and 4 of a length, and what is left of it. */
export function smallFactors(length: number): { readonly factors: readonly number[]; readonly rest: number } {
  const factors: number[] = [];
  let rest = length;
  for (const factor of [4, 2, 3, 5, 7]) for (; rest % factor === 0; rest /= factor) factors.unshift(factor);
  return { factors, rest };
}

/**
 * Transforms of a length that is the product of `factors`, without putting anything in order afterwards (Stockham). Each factor takes
 * numbers from one memory to the other: sequences of `length` numbers become `factor` times as many, shorter by `factor`.
 */
export function stockham(factors: readonly number[]): Transform {
  const total = factors.reduce((product, factor) => product * factor, 1);
  const turns = unitCircle(total);
  let memories: [Complex, Complex] = [complexZeros(0), complexZeros(0)];
  return ({ values, start, stride, count }, to) => {
    if (memories[0].real.length < total * count) memories = [complexZeros(total * count), complexZeros(total * count)];
    const last = factors.at(-1) === 4 ? factors.length - 1 : factors.length;
    let from: Columns = { values, start, stride, count };
    let length = total;
    for (let index = 0; index < last; index++) {
      const factor = factors[index]!;
      const step = factor === 4 ? stepOfFour : factor === 2 ? stepOfTwo : stepOfAny;
      const target = memories[index % 2]!;
      step(from, target, { factor, length, turns, turn: total / length });
      const sequences = from.count * factor;
      from = { values: target, start: 0, stride: sequences, count: sequences };
      length /= factor;
    }
    if (length === 4) lastStepOfFour(from, to, count);
    else turnOver(from, to, count);
  };
}

/** exp(-2 pi i k / length) for all k. */
function unitCircle(length: number): Complex {
  const angle = (k: number) => (-2 * Math.PI * k) / length;
  return {
    real: Float64Array.from({ length }, (_, k) => Math.cos(angle(k))),
    imaginary: Float64Array.from({ length }, (_, k) => Math.sin(angle(k))),
  };
}

interface Step {
  readonly factor: number;
  readonly length: number;
  readonly turns: Complex;
  /** exp(-2 pi i / length) is at this place of `turns`. */
  readonly turn: number;
}

function stepOfTwo({ values, start, stride, count }: Columns, to: Complex, { length, turns, turn }: Step): void {
  const [x, u, y, v] = [values.real, values.imaginary, to.real, to.imaginary];
  const half = length / 2;
  const distance = stride * half;
  for (let p = 0; p < half; p++) {
    const c = turns.real[p * turn]!;
    const s = turns.imaginary[p * turn]!;
    for (let i = start + stride * p, o = count * 2 * p, end = i + count; i < end; i++, o++) {
      const real = x[i]! - x[i + distance]!;
      const imaginary = u[i]! - u[i + distance]!;
      y[o] = x[i]! + x[i + distance]!;
      v[o] = u[i]! + u[i + distance]!;
      y[o + count] = real * c - imaginary * s;
      v[o + count] = real * s + imaginary * c;
    }
  }
}

function stepOfFour({ values, start, stride, count }: Columns, to: Complex, { length, turns, turn }: Step): void {
  const [x, u, y, v] = [values.real, values.imaginary, to.real, to.imaginary];
  const quarter = length / 4;
  const d1 = stride * quarter;
  const d2 = 2 * d1;
  const d3 = 3 * d1;
  const o2 = 2 * count;
  const o3 = 3 * count;
  for (let p = 0; p < quarter; p++) {
    const c1 = turns.real[p * turn]!;
    const s1 = turns.imaginary[p * turn]!;
    const c2 = turns.real[2 * p * turn]!;
    const s2 = turns.imaginary[2 * p * turn]!;
    const c3 = turns.real[3 * p * turn]!;
    const s3 = turns.imaginary[3 * p * turn]!;
    for (let i = start + stride * p, o = count * 4 * p, end = i + count; i < end; i++, o++) {
      const sumX = x[i]! + x[i + d2]!;
      const sumU = u[i]! + u[i + d2]!;
      const differenceX = x[i]! - x[i + d2]!;
      const differenceU = u[i]! - u[i + d2]!;
      const otherX = x[i + d1]! + x[i + d3]!;
      const otherU = u[i + d1]! + u[i + d3]!;
      // i times the difference of the second and the fourth
      const crossX = u[i + d3]! - u[i + d1]!;
      const crossU = x[i + d1]! - x[i + d3]!;
      const firstX = differenceX - crossX;
      const firstU = differenceU - crossU;
      const secondX = sumX - otherX;
      const secondU = sumU - otherU;
      const thirdX = differenceX + crossX;
      const thirdU = differenceU + crossU;
      y[o] = sumX + otherX;
      v[o] = sumU + otherU;
      y[o + count] = firstX * c1 - firstU * s1;
      v[o + count] = firstX * s1 + firstU * c1;
      y[o + o2] = secondX * c2 - secondU * s2;
      v[o + o2] = secondX * s2 + secondU * c2;
      y[o + o3] = thirdX * c3 - thirdU * s3;
      v[o + o3] = thirdX * s3 + thirdU * c3;
    }
  }
}

/** Of 3, 5 and 7: a sum of `factor` terms for each number, the turn of the sequence already in each. */
function stepOfAny({ values, start, stride, count }: Columns, to: Complex, step: Step): void {
  const { factor, length, turns, turn } = step;
  const [x, u, y, v] = [values.real, values.imaginary, to.real, to.imaginary];
  const part = length / factor;
  for (let p = 0; p < part; p++)
    for (let k = 0; k < factor; k++)
      for (let j = 0; j < factor; j++) {
        const at = ((k * (p + j * part)) % length) * turn;
        const c = turns.real[at]!;
        const s = turns.imaginary[at]!;
        const first = start + stride * (p + j * part);
        for (let i = first, o = count * (factor * p + k), end = first + count; i < end; i++, o++) {
          y[o] = (j === 0 ? 0 : y[o]!) + x[i]! * c - u[i]! * s;
          v[o] = (j === 0 ? 0 : v[o]!) + x[i]! * s + u[i]! * c;
        }
      }
}

/** The last step has nothing to turn; it puts the numbers of each of the `lanes` sequences of the start one after the other. */
function lastStepOfFour({ values, start, stride, count }: Columns, to: Rows, lanes: number): void {
  const [x, u, y, v] = [values.real, values.imaginary, to.values.real, to.values.imaginary];
  const part = count / lanes;
  for (let lane = 0; lane < lanes; lane++)
    for (let i = start + lane, o = to.start + lane * 4 * part, end = start + count; i < end; i += lanes, o++) {
      const sumX = x[i]! + x[i + 2 * stride]!;
      const sumU = u[i]! + u[i + 2 * stride]!;
      const differenceX = x[i]! - x[i + 2 * stride]!;
      const differenceU = u[i]! - u[i + 2 * stride]!;
      const otherX = x[i + stride]! + x[i + 3 * stride]!;
      const otherU = u[i + stride]! + u[i + 3 * stride]!;
      const crossX = u[i + 3 * stride]! - u[i + stride]!;
      const crossU = x[i + stride]! - x[i + 3 * stride]!;
      y[o] = sumX + otherX;
      v[o] = sumU + otherU;
      y[o + part] = differenceX - crossX;
      v[o + part] = differenceU - crossU;
      y[o + 2 * part] = sumX - otherX;
      v[o + 2 * part] = sumU - otherU;
      y[o + 3 * part] = differenceX + crossX;
      v[o + 3 * part] = differenceU + crossU;
    }
}

/** The numbers of each of the `lanes` sequences one after the other. */
function turnOver({ values, start, count }: Columns, to: Rows, lanes: number): void {
  const { real, imaginary } = to.values;
  for (let lane = 0, o = to.start; lane < lanes; lane++)
    for (let i = start + lane, end = start + count; i < end; i += lanes, o++) {
      real[o] = values.real[i]!;
      imaginary[o] = values.imaginary[i]!;
    }
}
