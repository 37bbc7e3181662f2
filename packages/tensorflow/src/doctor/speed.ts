import { conv2d, dispose, matMul, type Rank, randomNormal, type Tensor } from '@tensorflow/tfjs-core';

const minimumSeconds = 0.3;

/** GFLOP/s of an operation: the best of several runs over a third of a second, after two that warm up. */
async function measure(operations: number, run: () => Tensor): Promise<number> {
  const once = async () => {
    const start = performance.now();
    const result = run();
    await result.data();
    const milliseconds = performance.now() - start;
    result.dispose();
    return milliseconds;
  };
  await once();
  await once();
  const times: number[] = [];
  const end = performance.now() + minimumSeconds * 1000;
  while (times.length < 3 || performance.now() < end) times.push(await once());
  return operations / Math.min(...times) / 1e6;
}

/** The product of two matrices of 768 x 768, in GFLOP/s. */
export async function matrixProductSpeed(): Promise<number> {
  const size = 768;
  const [a, b] = [1, 2].map((seed) => randomNormal([size, size], 0, 1, 'float32', seed)) as [Tensor, Tensor];
  const speed = await measure(2 * size ** 3, () => matMul(a, b));
  dispose([a, b]);
  return speed;
}

/** A 3x3 convolution of 64 to 64 channels over 4 images of 40 x 40, in GFLOP/s. */
export async function convolutionSpeed(): Promise<number> {
  const x = randomNormal<Rank.R4>([4, 40, 40, 64], 0, 1, 'float32', 1);
  const filter = randomNormal<Rank.R4>([3, 3, 64, 64], 0, 1, 'float32', 2);
  const speed = await measure(2 * 4 * 40 * 40 * 9 * 64 * 64, () => conv2d(x, filter, 1, 'same'));
  dispose([x, filter]);
  return speed;
}
