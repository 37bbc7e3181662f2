// Trains a small flow on two moons with whatever backend is set: what a stranger's first program does, in Node and in a page.

/** -E ln p of the data in nats (two arcs of radius 1, noise 0.1); a Gaussian with their covariance reaches 1.9. */
export const entropy = 1.006;
/** Mean -ln p of fresh data after training must lie below this, in nats. */
export const bound = 1.3;

/**
 * `tf` is TensorFlow.js, the others the packages of those names. Self-contained, so that its text runs as a module, as CommonJS and in
 * a page. Resolves to mean -ln p before and after training, the share of samples that lie on the moons, and the tensors left behind.
 */
export async function trainTwoMoons({ tf, flows, nn, images, steps = 200, batch = 256 }) {
  const random = images.createRandom('two moons');
  const { cos, hypot, PI, sin } = Math;
  const draw = (count) =>
    tf.tensor2d(
      Array.from({ length: count }, () => {
        const angle = PI * random.uniform();
        const [x, y] = random.uniform() < 0.5 ? [cos(angle), sin(angle)] : [1 - cos(angle), 0.5 - sin(angle)];
        return [x + 0.1 * random.normal(), y + 0.1 * random.normal()];
      }),
    );
  const layer = flows.neuralSplineFlow({ dimensions: 2, steps: 3, bins: 6, hiddenChannels: 32, random });
  const flow = flows.createFlow({ layer, shape: [2] });
  const first = draw(1024);
  flow.initialize(first);
  first.dispose();

  const parameters = nn.trainableParameters(flow.parameters);
  const optimiser = nn.adam({ parameters: flow.parameters });
  const schedule = nn.cosineSchedule({ learningRate: 1e-2, steps });
  const test = draw(2048);
  const loss = async () => {
    const value = tf.tidy(() => flows.forwardKl(flow(), test));
    const [nats] = await value.data();
    value.dispose();
    return nats;
  };
  const before = await loss();
  const tensors = tf.memory().numTensors;
  for (let step = 1; step <= steps; step++) {
    tf.tidy(() => {
      const x = draw(batch);
      const { grads } = tf.variableGrads(() => flows.forwardKl(flow(), x), parameters);
      const { stepSize, epsilon } = optimiser.rates(step, schedule(step));
      const gradients = parameters.map(({ name }) => grads[name]);
      optimiser.update(gradients, { stepSize: tf.scalar(stepSize), epsilon: tf.scalar(epsilon) });
    });
  }
  const left = tf.memory().numTensors - tensors;
  const after = await loss();

  const samples = tf.tidy(() => flow().sample(500, { random, temperature: 1 }));
  const points = await samples.array();
  const onMoons = points.filter(([x, y]) => {
    const upper = y > -0.3 && Math.abs(hypot(x, y) - 1) < 0.35;
    const lower = y < 0.8 && Math.abs(hypot(x - 1, y - 0.5) - 1) < 0.35;
    return upper || lower;
  }).length;
  return { backend: tf.getBackend(), before, after, onMoons: onMoons / points.length, left };
}
