/** FNV-1a, 32 bit, of an ASCII text. */
function hashOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0;
}

/** A number in [-1, 1) for flat index `index` of the tensor `hash` stands for (spec 9). */
function sign(hash: number, index: number): number {
  let a = Math.imul(index + 1, 2654435761) ^ hash;
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return ((a ^ (a >>> 16)) >>> 0) / 2 ** 31 - 1;
}

const product = (shape: readonly number[]) => shape.reduce((total, length) => total * length, 1);

function gain(key: string, shape: readonly number[]): number {
  const factor = key.startsWith('RRDB.')
    ? 0.35
    : /\.affine\..*\.0\.weight$/.test(key)
      ? 0.05
      : /\.affine\..*\.2\.weight$/.test(key)
        ? 0.5
        : /\.affine\..*\.4\.weight$|\.conv\.weight$/.test(key)
          ? 0.1
          : 1;
  return factor * Math.sqrt(3 / product(shape.slice(1)));
}

/** The values that the golden recipe gives the tensor `key` of `shape`, in C order. */
export function formulaWeights(key: string, shape: readonly number[]): Float32Array {
  const hash = hashOf(key);
  const last = key.split('.').at(-1)!;
  const size = product(shape);
  const fill = (value: (index: number) => number) => {
    const values = new Float32Array(size);
    for (let i = 0; i < size; i++) values[i] = value(i);
    return values;
  };
  const channels = shape.at(-1)!;
  switch (last) {
    case 'p':
      return fill((i) => (i % channels === (Math.floor(i / channels) + 1) % channels ? 1 : 0));
    case 'sign_s':
      return fill((i) => (i % 2 === 0 ? 1 : -1));
    case 'l':
    case 'u':
      return fill((i) => (0.5 / channels) * sign(hash, i));
    case 'mean_shift':
    case 'cov_shift':
      return fill((i) => 0.1 * sign(hash, i));
    case 'weight': {
      const factor = gain(key, shape);
      return fill((i) => factor * sign(hash, i));
    }
    case 'logs': {
      const own = /^flowUpsamplerNet\.layers\.\d+\.actnorm\.logs$/.test(key) ? -0.18 : 0;
      return fill((i) => 0.05 * sign(hash, i) + own);
    }
    default:
      return fill((i) => 0.05 * sign(hash, i));
  }
}
