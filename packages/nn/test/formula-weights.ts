import { namedParameters, type ParameterTree } from '@deflow/nn';
import { tensor, tidy, transpose, type Variable } from '@tensorflow/tfjs-core';

/** The hash of spec/deflow.md section 9: `count` numbers in [-1, 1) for a key, by flat index in C order. */
export function formulaNoise(key: string, count: number): Float64Array {
  let hash = 2166136261;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 16777619);
  return Float64Array.from({ length: count }, (_, i) => {
    let a = Math.imul(i + 1, 2654435761) ^ hash;
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
    a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
    return ((a ^ (a >>> 16)) >>> 0) / 2 ** 31 - 1;
  });
}

function weightGain(key: string): number {
  if (key.startsWith('RRDB.')) return 0.35;
  if (key.includes('.affine.')) {
    if (key.endsWith('.0.weight')) return 0.05;
    if (key.endsWith('.2.weight')) return 0.5;
    if (key.endsWith('.4.weight')) return 0.1;
  }
  return key.endsWith('.conv.weight') ? 0.1 : 1;
}

/** The formula-defined value of a state-dict key (spec/deflow.md section 9), in C order of PyTorch's `shape`. */
export function formulaValues(key: string, shape: readonly number[]): Float64Array {
  const noise = formulaNoise(
    key,
    shape.reduce((product, size) => product * size, 1),
  );
  const last = key.slice(key.lastIndexOf('.') + 1);
  const columns = shape[shape.length - 1] ?? 1;
  switch (last) {
    case 'I':
      return noise.map((_, i) => (Math.floor(i / columns) === i % columns ? 1 : 0));
    case 'p':
      return noise.map((_, i) => ((Math.floor(i / columns) + 1) % columns === i % columns ? 1 : 0));
    case 'sign_s':
      return noise.map((_, i) => (i % 2 === 0 ? 1 : -1));
    case 'l':
    case 'u':
      return noise.map((s) => (0.5 / columns) * s);
    case 'log_s':
    case 'bias':
      return noise.map((s) => 0.05 * s);
    case 'mean_shift':
    case 'cov_shift':
      return noise.map((s) => 0.1 * s);
    case 'logs': {
      const ofStep = key.includes('.actnorm.') && !key.includes('.affine.');
      return noise.map((s) => 0.05 * s - (ofStep ? 0.18 : 0));
    }
    case 'weight': {
      const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
      const scale = weightGain(key) * Math.sqrt(3 / fanIn);
      return noise.map((s) => scale * s);
    }
    default:
      throw new Error(`no formula for ${key}`);
  }
}

/** Gives a variable the value of a state-dict key; kernels [h, w, in, out] take PyTorch's [out, in, h, w] transposed. */
export function assignFormula(variable: Variable, key: string): void {
  tidy(() => {
    const [height, width, input, output] = variable.shape;
    const torchShape = variable.rank === 4 ? [output!, input!, height!, width!] : variable.shape;
    const value = tensor(new Float32Array(formulaValues(key, torchShape)), torchShape);
    variable.assign(variable.rank === 4 ? transpose(value, [2, 3, 1, 0]) : value);
  });
}

/** Gives every variable of `tree` the value of the key `prefix` + its path. */
export function assignFormulas(tree: ParameterTree, prefix: string): void {
  for (const [path, variable] of namedParameters(tree)) assignFormula(variable, `${prefix}${path}`);
}
