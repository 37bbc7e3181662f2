// Weights by a formula of the tensor's name, so that both sides of a benchmark can hold the same network.

function hashOf(text) {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return hash >>> 0;
}

/** A number in [-1, 1) for a flat index. */
function sign(hash, index) {
  let a = Math.imul(index + 1, 2654435761) ^ hash;
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
  a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return ((a ^ (a >>> 16)) >>> 0) / 2 ** 31 - 1;
}

const product = (shape) => shape.reduce((total, length) => total * length, 1);

const gains = [
  [/^RRDB\./, 0.35],
  [/\.affine\..*\.0\.weight$/, 0.05],
  [/\.affine\..*\.2\.weight$/, 0.5],
  [/\.affine\..*\.4\.weight$|\.conv\.weight$/, 0.1],
];

const factorOf = (key, last, shape) => {
  if (last === 'l' || last === 'u') return 0.5 / shape.at(-1);
  if (last === 'mean_shift' || last === 'cov_shift') return 0.1;
  if (last !== 'weight') return 0.05;
  const [, gain = 1] = gains.find(([pattern]) => pattern.test(key)) ?? [];
  return gain * Math.sqrt(3 / product(shape.slice(1)));
};

/** The values of the tensor `key` of a published checkpoint, in C order. */
export function formulaWeights(key, shape) {
  const values = new Float32Array(product(shape));
  const last = key.split('.').at(-1);
  const channels = shape.at(-1);
  if (last === 'p') {
    for (let row = 0; row < channels; row++) values[row * channels + ((row + 1) % channels)] = 1;
    return values;
  }
  if (last === 'sign_s') return values.map((_, i) => (i % 2 === 0 ? 1 : -1));
  const hash = hashOf(key);
  const factor = factorOf(key, last, shape);
  const own = /^flowUpsamplerNet\.layers\.\d+\.actnorm\.logs$/.test(key) ? -0.18 : 0;
  for (let i = 0; i < values.length; i++) values[i] = factor * sign(hash, i) + own;
  return values;
}
