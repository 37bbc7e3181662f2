import {
  type Code,
  encodeModule,
  f64,
  f64x2,
  i32,
  type Local,
  repeat,
  v128,
  type WasmFunction,
} from '@deflow/images/webassembly';

/** What the kernels take in one turn: rows are whole turns long. */
export const turnBytes = 128;

const vectors = Array.from({ length: turnBytes / 16 }, (_, index) => 16 * index);
const variables = (count: number) => Array.from({ length: count }, () => 'v128' as const);
const at = (address: Local, offset: Local): Code => i32.add(address.value, offset.value);
const advance = (pointer: Local, bytes: number): Code => pointer.becomes(i32.add(pointer.value, i32.constant(bytes)));
const before = (pointer: Local, end: Local): Code => i32.below(pointer.value, end.value);
const { add, subtract, multiply, divide } = f64x2;
const square = (a: Local): Code => multiply(a.value, a.value);

/**
 * target[i] = weight of the centre * middle[i] + the sum over pairs of weight * (first[i] + second[i]).
 * At `pairs`: the centre's weight (float64), then for each pair its weight and the addresses of both rows (int32).
 */
const weightedSum: WasmFunction = {
  name: 'weightedSum',
  parameters: ['i32', 'i32', 'i32', 'i32', 'i32'],
  variables: ['i32', 'i32', 'i32', 'i32', 'v128', ...variables(vectors.length)],
  body: (pairs, pairsEnd, middle, target, length, here, pair, first, second, weight, ...sums) => [
    repeat(
      [
        weight.becomes(f64x2.loadSplat(pairs.value)),
        first.becomes(at(middle, here)),
        ...sums.map((sum, i) => sum.becomes(multiply(weight.value, v128.load(first.value, vectors[i]!)))),
        pair.becomes(i32.add(pairs.value, i32.constant(8))),
        repeat(
          [
            weight.becomes(f64x2.loadSplat(pair.value)),
            first.becomes(i32.add(i32.load(pair.value, 8), here.value)),
            second.becomes(i32.add(i32.load(pair.value, 12), here.value)),
            ...sums.map((sum, i) => {
              const both = add(v128.load(first.value, vectors[i]!), v128.load(second.value, vectors[i]!));
              return sum.becomes(add(sum.value, multiply(weight.value, both)));
            }),
            advance(pair, 16),
          ],
          before(pair, pairsEnd),
        ),
        first.becomes(at(target, here)),
        ...sums.map((sum, i) => v128.store(first.value, sum.value, vectors[i]!)),
        advance(here, turnBytes),
      ],
      before(here, length),
    ),
  ],
};

/** x^2 + y^2 and x y. */
const moments: WasmFunction = {
  name: 'moments',
  parameters: ['i32', 'i32', 'i32', 'i32', 'i32'],
  variables: ['i32', 'v128', 'v128'],
  body: (x, y, squares, products, length, here, a, b) => [
    repeat(
      [
        a.becomes(v128.load(at(x, here))),
        b.becomes(v128.load(at(y, here))),
        v128.store(at(squares, here), add(square(a), square(b))),
        v128.store(at(products, here), multiply(a.value, b.value)),
        advance(here, 16),
      ],
      before(here, length),
    ),
  ],
};

/** Contrast and structure, and SSIM, from local means of x, y, x^2 + y^2 and x y, one row after the other. */
const scores: WasmFunction = {
  name: 'scores',
  parameters: ['i32', 'i32', 'i32', 'i32', 'f64', 'f64', 'f64', 'f64'],
  variables: ['i32', 'i32', 'i32', 'i32', ...variables(10)],
  body: (means, contrast, ssim, length, covarianceFactor, c1, c2, least, here, ys, squares, products, ...vectors) => {
    const [x, y, energy, product, term, factors, c1s, c2s, leasts, twos] = vectors as unknown as [
      ...[Local, Local, Local, Local, Local],
      ...[Local, Local, Local, Local, Local],
    ];
    const covariance = multiply(factors.value, subtract(v128.load(at(products, here)), product.value));
    const variances = multiply(factors.value, subtract(v128.load(at(squares, here)), energy.value));
    const ratio = (numerator: Code, denominator: Code, constant: Local): Code =>
      divide(add(multiply(twos.value, numerator), constant.value), add(denominator, constant.value));
    return [
      factors.becomes(f64x2.splat(covarianceFactor.value)),
      c1s.becomes(f64x2.splat(c1.value)),
      c2s.becomes(f64x2.splat(c2.value)),
      leasts.becomes(f64x2.splat(least.value)),
      twos.becomes(f64x2.splat(f64.constant(2))),
      ys.becomes(at(means, length)),
      squares.becomes(at(ys, length)),
      products.becomes(at(squares, length)),
      repeat(
        [
          x.becomes(v128.load(at(means, here))),
          y.becomes(v128.load(at(ys, here))),
          energy.becomes(add(square(x), square(y))),
          product.becomes(multiply(x.value, y.value)),
          term.becomes(f64x2.most(ratio(covariance, variances, c2s), leasts.value)),
          v128.store(at(contrast, here), term.value),
          v128.store(at(ssim, here), multiply(ratio(product.value, energy.value, c1s), term.value)),
          advance(here, 16),
        ],
        before(here, length),
      ),
    ];
  },
};

/** The bytes of the module, about 1 KB. */
export const kernelModule = () => encodeModule([weightedSum, moments, scores]);
