// Exactly known densities in the plane: `sample(random)` draws a point, `trueLogProb` is the mean of ln p over the 20,000 test points,
// `target` the gap in nats to stay below, `recipe` how the flow is built and trained: the learning rate follows the half cosine from 1 to 0
// to the power of `settling`, 1 unless given; the higher, the longer the end at small rates, where noise averages out.
const { cos, floor, PI, sin, sqrt } = Math;

/** For densities with tails and no edges: few bins in a wide box, smooth networks, and axes that are kept apart at the start. */
const smooth = {
  model: { steps: 2, bins: 4, bound: 10, activation: 'silu', start: 'roll' },
  learningRate: 4e-3,
  settling: 3,
};
/** For edges, gaps and many modes. */
const sharp = { model: { steps: 6, bins: 12, bound: 4 }, learningRate: 3e-3 };

export const densities = {
  corr09: {
    recipe: smooth,
    trueLogProb: -1.9953,
    target: 0.0005,
    sample(random) {
      const first = random.normal();
      return [first, 0.9 * first + sqrt(1 - 0.9 ** 2) * random.normal()];
    },
  },
  banana: {
    recipe: smooth,
    trueLogProb: -3.5188,
    target: 0.0005,
    sample(random) {
      const second = 2 * random.normal();
      return [second ** 2 / 4 + random.normal(), second];
    },
  },
  moons01: {
    recipe: sharp,
    trueLogProb: -1.0056,
    target: 0.015,
    sample(random) {
      const angle = PI * random.uniform();
      const outer = random.uniform() < 0.5;
      const [x, y] = outer ? [cos(angle), sin(angle)] : [1 - cos(angle), 0.5 - sin(angle)];
      return [x + 0.1 * random.normal(), y + 0.1 * random.normal()];
    },
  },
  ring8g: {
    recipe: sharp,
    trueLogProb: -2.1658,
    target: 0.022,
    sample(random) {
      const angle = (2 * PI * random.integer(8)) / 8;
      const deviation = (2 / 3) * sin(PI / 8);
      return [2 * cos(angle) + deviation * random.normal(), 2 * sin(angle) + deviation * random.normal()];
    },
  },
  checker: {
    recipe: sharp,
    trueLogProb: -3.4657,
    target: 0.09,
    sample(random) {
      const x = 4 * random.uniform() - 2;
      const column = ((floor(x) % 2) + 2) % 2;
      return [2 * x, 2 * (random.uniform() - 2 * random.integer(2) + column)];
    },
  },
};
