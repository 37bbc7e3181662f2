import { type Code, f64, f64x2, i32, type Local, repeat, v128 } from '../webassembly/code.ts';
import { encodeModule, type WasmFunction } from '../webassembly/module.ts';

/** What the kernels take in one turn: rows in memory are whole turns long. */
export const turnBytes = 128;

const pairs = Array.from({ length: turnBytes / 16 }, (_, pair) => pair);
const vectors = (count: number) => Array.from({ length: count }, () => 'v128' as const);
const advance = (pointer: Local, bytes: number): Code => pointer.becomes(i32.add(pointer.value, i32.constant(bytes)));
const before = (pointer: Local, end: Local): Code => i32.below(pointer.value, end.value);
const twice = (value: number): Code => f64x2.splat(f64.constant(value));

/** Adds to each sum its weighted pair of the samples at `source`: in each lane what JavaScript's `sum += weight * sample` gives. */
const addWeighted = (sums: readonly Local[], weight: Local, source: Local): Code =>
  sums.flatMap((sum, pair) =>
    sum.becomes(f64x2.add(sum.value, f64x2.multiply(weight.value, v128.load(source.value, 16 * pair)))),
  );

const sumRows: WasmFunction = {
  name: 'sumRows',
  parameters: ['i32', 'i32', 'i32', 'i32', 'i32'],
  variables: ['i32', 'i32', 'i32', 'i32', 'v128', ...vectors(pairs.length)],
  body: (to, end, rows, rowsEnd, weights, at, row, from, source, weight, ...sums) => [
    repeat(
      [
        row.becomes(rows.value),
        from.becomes(weights.value),
        ...sums.map((sum) => sum.becomes(twice(0))),
        repeat(
          [
            source.becomes(i32.add(i32.load(row.value), at.value)),
            weight.becomes(f64x2.loadSplat(from.value)),
            addWeighted(sums, weight, source),
            advance(row, 4),
            advance(from, 8),
          ],
          before(row, rowsEnd),
        ),
        ...sums.map((sum, pair) => v128.store(to.value, sum.value, 16 * pair)),
        advance(at, turnBytes),
        advance(to, turnBytes),
      ],
      before(to, end),
    ),
  ],
};

/** With an odd number of channels the last pair reaches into the next pixel, which is written afterwards. */
const sumPixels = (channels: number): WasmFunction => ({
  name: `sumPixels${channels}`,
  parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'],
  variables: ['i32', 'i32', 'v128', ...vectors(Math.ceil(channels / 2))],
  body: (to, end, row, offsets, weights, tapBytes, source, tapsEnd, weight, ...sums) => [
    repeat(
      [
        ...sums.map((sum) => sum.becomes(twice(0))),
        tapsEnd.becomes(i32.add(offsets.value, tapBytes.value)),
        repeat(
          [
            source.becomes(i32.add(row.value, i32.load(offsets.value))),
            weight.becomes(f64x2.loadSplat(weights.value)),
            addWeighted(sums, weight, source),
            advance(offsets, 4),
            advance(weights, 8),
          ],
          before(offsets, tapsEnd),
        ),
        ...sums.map((sum, pair) => v128.store(to.value, sum.value, 16 * pair)),
        advance(to, 8 * channels),
      ],
      before(to, end),
    ),
  ],
});

const quantise = (name: string, round: (value: Code) => Code): WasmFunction => ({
  name,
  parameters: ['i32', 'i32', 'f64'],
  variables: ['v128'],
  body: (row, end, white, value) => [
    repeat(
      [
        ...pairs.flatMap((pair) => [
          value.becomes(f64x2.least(f64x2.most(v128.load(row.value, 16 * pair), twice(0)), f64x2.splat(white.value))),
          v128.store(row.value, round(value.value), 16 * pair),
        ]),
        advance(row, turnBytes),
      ],
      before(row, end),
    ),
  ],
});

/** The fraction is exact, so 0.5 is a tie and nothing else is. */
const roundHalfAway = quantise('roundHalfAway', (value) => {
  const fraction = f64x2.subtract(value, f64x2.floor(value));
  return f64x2.add(f64x2.floor(value), v128.and(f64x2.atLeast(fraction, twice(0.5)), twice(1)));
});

const roundHalfEven = quantise('roundHalfEven', f64x2.nearest);

/** The bytes of the module, about 2 KB. */
export const kernelModule = () => encodeModule([sumRows, ...[1, 2, 3, 4].map(sumPixels), roundHalfAway, roundHalfEven]);
