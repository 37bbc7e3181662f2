import { deadLeaves } from '@deflow/datasets';
import { createRandom, resize, toUint8 } from '@deflow/images';
import { rrdbNet, smallPsnr, trainSuperResolution } from '@deflow/super-resolution';
import { compile } from '@deflow/tensorflow';

/** An 8-bit RGB scene of size x size. */
export const scene = (size, random) => {
  const made = deadLeaves({ width: size, height: size, random });
  return made.data instanceof Uint8Array ? made : toUint8(made);
};

/** A small RRDBNet x4, trained on scenes for `steps` steps. */
export async function trainedNetwork(steps = 400) {
  const random = createRandom('scenes');
  const model = rrdbNet({ ...smallPsnr.model, random });
  const [count, size] = [4, 64];
  const pairs = Array.from({ length: 96 }, () => {
    const high = scene(size, random);
    return [resize(high, { scale: 1 / 4 }), high];
  });
  const nextBatch = (draw) => {
    const chosen = Array.from({ length: count }, () => pairs[draw.integer(pairs.length)]);
    const joined = (which) =>
      Float32Array.from(
        chosen.flatMap((pair) => [...pair[which].data]),
        (value) => value / 255,
      );
    return { low: joined(0), high: joined(1), count, size };
  };
  const recipe = { ...smallPsnr.training, steps, averageDecay: 0.98, warmUpSteps: 20 };
  await trainSuperResolution({ model, nextBatch, recipe, seed: 1, compile });
  return model;
}
