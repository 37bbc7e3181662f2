import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { prepareImages } from '@deflow/datasets/node';
import { createRandom, type Image, resize, toRgb, toUint8 } from '@deflow/images';
import { readImage, writeImage } from '@deflow/images/node';
import {
  bicubicDegrader,
  cameraDegrader,
  type Degrader,
  deflowDegrader,
  gaussianDegrader,
  matchedLevel,
} from '../degraders.ts';
import { readIfThere } from '../read-if-there.ts';
import type { Stage, StageContext } from '../stage.ts';
import type { DegradationName, StudyConfiguration } from '../study-schema.ts';
import { checkpointFile } from '../train-network.ts';
import { openPrepared, type Prepared, type PrepareStage } from './prepare.ts';

export interface DegradeOptions {
  readonly degradation: DegradationName;
  readonly seed: number;
  /** The DeFlow to use, for degradations that have one. */
  readonly model?: { readonly stage: Stage; readonly softness: number } | undefined;
  /** Least and most strength of a training picture's noise. */
  readonly strengths: StudyConfiguration['strengths'];
  readonly engine: StudyConfiguration['engine'];
}

/** Pictures that the level of Gaussian noise is measured on. */
const mostMeasured = 200;

/** Makes low resolution for training (`packed`) and of the test pictures (`test`). */
export function degradeStage(prepare: PrepareStage, options: DegradeOptions): Stage {
  const { degradation, seed, model, strengths, engine } = options;
  const { factor } = prepare.options;
  return {
    kind: 'degrade',
    label: `x${factor} ${degradation}${degradation === 'bicubic' ? '' : ` seed ${seed}`}`,
    settings:
      degradation === 'bicubic'
        ? { degradation }
        : { degradation, seed, strengths, softness: model?.softness ?? 0, engine },
    inputs: [prepare, ...(model ? [model.stage] : [])],
    async run(context) {
      const { folder, signal } = context;
      const prepared = await openPrepared(prepare, context);
      const { clean, tests, testNames } = prepared;
      const degrader = await degraderOf(prepare, prepared, options, context);
      const shown = context.progress(clean.names.length + testNames.length, 'pictures');
      let done = 0;
      const strengthOf = (name: string) => {
        const [least, most] = strengths;
        return least + (most - least) * createRandom(`strength ${seed}`).fork(name).uniform();
      };
      const make = async (name: string, path: string, strength: number, read: () => Promise<Image<Uint8Array>>) => {
        signal.throwIfAborted();
        if (!existsSync(path)) {
          await mkdir(dirname(path), { recursive: true });
          await writeImage(path, await degrader.degrade(await read(), name, strength));
        }
        shown.update(++done);
      };
      try {
        for (const name of clean.names) {
          const read = async () => toUint8(await clean.read(name, { scale: factor }));
          await make(name, join(folder, 'low', name), strengthOf(name), read);
        }
        for (const name of testNames) {
          const high = join(tests[0]!.high, name);
          await make(`test ${name}`, join(folder, 'test', name), 1, async () => reduced(await readImage(high), factor));
        }
      } finally {
        degrader.dispose();
      }
      await prepareImages({ from: join(folder, 'low'), to: join(folder, 'packed'), signal });
    },
  };
}

/** An image at low resolution, without any degradation. */
export const reduced = (image: Image<Uint8Array | Uint16Array>, factor: number): Image<Uint8Array> => {
  const rgb = toUint8(toRgb(image));
  return factor === 1 ? rgb : resize(rgb, { scale: 1 / factor });
};

async function degraderOf(
  prepare: PrepareStage,
  { clean, degraded }: Prepared,
  { degradation, seed, model }: DegradeOptions,
  context: StageContext,
): Promise<Degrader> {
  const { factor, cameras } = prepare.options;
  if (degradation === 'bicubic') return bicubicDegrader;
  if (degradation === 'paired') return cameraDegrader(cameras.training, seed);
  if (degradation === 'gaussian') {
    const some = (cache: typeof clean, scale: number) =>
      Promise.all(cache.names.slice(0, mostMeasured).map(async (name) => toUint8(await cache.read(name, { scale }))));
    return gaussianDegrader(matchedLevel(await some(clean, factor), await some(degraded, 1)), seed);
  }
  const checkpoint = await readIfThere(join(context.folderOf(model!.stage), checkpointFile));
  const { compile } = await context.engine();
  return deflowDegrader({ checkpoint: checkpoint!, seed, softness: model!.softness, compile });
}
