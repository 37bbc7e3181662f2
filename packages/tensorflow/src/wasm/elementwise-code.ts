import { type Code, type FunctionSource, f32x4, get, i32, set, type ValueType, when, whileLoop } from './assembler.ts';

/** Four numbers at a time; `share` computes a value once for several uses. */
interface Lanes {
  readonly x: Code;
  readonly y: Code;
  readonly alpha: Code;
  share(value: Code, use: (shared: Code) => Code): Code;
}

const { constant, add, subtract, multiply, divide } = f32x4;
const one = constant(1);

/** Horner's scheme, the highest power first. */
const polynomial = (x: Code, coefficients: readonly number[]): Code =>
  coefficients.slice(1).reduce((sum, next) => add(multiply(sum, x), constant(next)), constant(coefficients[0]!));

/** exp(x) = 2^n exp(r) with |r| <= ln(2) / 2 and the polynomial of the Cephes library: 2 ulp. */
function exponential({ share }: Lanes, x: Code): Code {
  const clamped = f32x4.minimum(f32x4.maximum(x, constant(-87.3)), constant(88.73));
  return share(clamped, (inside) =>
    share(f32x4.nearest(multiply(inside, constant(Math.LOG2E))), (n) => {
      const coarse = subtract(inside, multiply(n, constant(0.693359375)));
      return share(subtract(coarse, multiply(n, constant(-2.1219444e-4))), (r) => {
        const series = polynomial(
          r,
          [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
        );
        const value = add(add(multiply(multiply(series, r), r), r), one);
        return multiply(multiply(value, f32x4.powerOfTwo(subtract(n, one))), constant(2));
      });
    }),
  );
}

/** tanh(x): near zero the polynomial of the Cephes library, elsewhere 1 - 2 / (exp(2 |x|) + 1) with the sign of x. */
function hyperbolicTangent(lanes: Lanes): Code {
  const { x, share } = lanes;
  const far = exponential(lanes, multiply(f32x4.absolute(x), constant(2)));
  const sign = f32x4.and(x, constant(-0));
  const outside = f32x4.or(subtract(one, divide(constant(2), add(far, one))), sign);
  return share(multiply(x, x), (square) => {
    const series = polynomial(
      square,
      [-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1],
    );
    const inside = add(multiply(multiply(series, square), x), x);
    return f32x4.select(f32x4.greater(constant(0.625), f32x4.absolute(x)), inside, outside);
  });
}

const where = (condition: Code, value: Code): Code => f32x4.and(value, condition);
const isPositive = (value: Code): Code => f32x4.greater(value, constant(0));

/** What each function gives for x (and y); in gradients x is dy and y the activation's result or argument. */
const expressions = {
  exp: (lanes: Lanes) => exponential(lanes, lanes.x),
  tanh: hyperbolicTangent,
  leakyRelu: ({ x, alpha }: Lanes) => f32x4.select(isPositive(x), x, multiply(x, alpha)),
  leakyReluGrad: ({ x, y, alpha }: Lanes) => f32x4.select(isPositive(y), x, multiply(x, alpha)),
  relu6Grad: ({ x, y }: Lanes) => where(f32x4.and(isPositive(y), f32x4.greater(constant(6), y)), x),
  reluGrad: ({ x, y }: Lanes) => where(isPositive(y), x),
  sigmoidGrad: ({ x, y }: Lanes) => multiply(multiply(x, y), subtract(one, y)),
  softplusGrad: (lanes: Lanes) => divide(lanes.x, add(exponential(lanes, f32x4.negative(lanes.y)), one)),
  tanhGrad: ({ x, y }: Lanes) => multiply(x, subtract(one, multiply(y, y))),
};

export type ElementwiseName = keyof typeof expressions;

const [xAt, yAt, resultAt, count, alphaBits] = [0, 1, 2, 3, 4];
const firstLocal = 5;
const increase = (local: number, by: number): Code => set(local, i32.add(get(local), i32.constant(by)));

/** `name(x, y, result, count, alphaBits)`: reads up to three numbers behind the ends of x and y, which are not used. */
function elementwiseFunction(name: string, expression: (lanes: Lanes) => Code): FunctionSource {
  const locals: ValueType[] = [];
  const local = (): number => firstLocal + locals.push('v128') - 1;
  const [x, y, alpha, result] = [local(), local(), local(), local()];
  const share: Lanes['share'] = (value, use) => {
    const shared = local();
    return [...set(shared, value), ...use(get(shared))];
  };
  const compute = [
    ...set(x, f32x4.load(get(xAt))),
    ...set(y, f32x4.load(get(yAt))),
    ...set(result, expression({ x: get(x), y: get(y), alpha: get(alpha), share })),
  ];
  const atLeast = (least: number): Code => i32.atLeast(get(count), i32.constant(least));
  const body = [
    ...set(alpha, f32x4.fromBits(get(alphaBits))),
    ...whileLoop(
      atLeast(4),
      compute,
      f32x4.store(get(resultAt), get(result)),
      ...[xAt, yAt, resultAt].map((at) => increase(at, 16)),
      increase(count, -4),
    ),
    ...when(
      atLeast(1),
      compute,
      ...[0, 1, 2].map((lane) => when(atLeast(lane + 1), f32x4.storeLane(get(resultAt), get(result), lane, 4 * lane))),
    ),
  ];
  return { name, parameters: firstLocal, locals, body };
}

/** All functions that work number by number. */
export const elementwiseFunctions = (): FunctionSource[] =>
  Object.entries(expressions).map(([name, expression]) => elementwiseFunction(name, expression));
