import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeImage } from '@deflow/images/node';
import { type FlatPatchStatistics, flatPatchStatistics } from '@deflow/metrics';
import { chooseAlike, chooseScenes } from '../evaluation/choose-scenes.ts';
import type { Stage } from '../pipeline/stage.ts';
import { writeRunFile } from '../run-folder/write-run-file.ts';
import { nullIsNaN } from './null-is-nan.ts';
import type { SharedPhotographs } from './photographs.ts';

/** The noise of the photographs themselves. */
export interface RealNoise {
  readonly real: FlatPatchStatistics;
  readonly clean: FlatPatchStatistics;
  /** Standard deviation (of 255) by which degraded photographs exceed clean ones. */
  readonly gaussianLevel: number;
  /** Indices of the held-out clean pictures that are shown. */
  readonly scenes: readonly number[];
}

const fileName = 'photographs.json';
const shownScenes = 3;

/** Scenes of the photographs themselves, in the folder of this stage. */
export const photographFile = (domain: 'clean' | 'real', scene: number): string => `${domain}-${scene + 1}.png`;

/** Measures the photographs and chooses the scenes to show; beside each a really degraded picture that is much like it. */
export const measurePhotographsStage = (photographs: SharedPhotographs): Stage => ({
  kind: 'evaluate',
  label: 'photographs',
  settings: { photographs: photographs.fingerprint },
  inputs: [],
  async run({ folder, signal }) {
    const { training, heldOut } = await photographs.load(signal);
    const degraded = [...training.degraded, ...heldOut.degraded];
    const [real, clean] = [degraded, [...training.clean, ...heldOut.clean]].map((each) => flatPatchStatistics(each));
    const scenes = chooseScenes(heldOut.clean, shownScenes);
    const shown = scenes.map((index) => heldOut.clean[index]!);
    const alike = chooseAlike(shown, degraded);
    for (const [scene, image] of shown.entries()) {
      await writeImage(join(folder, photographFile('clean', scene)), image);
      await writeImage(join(folder, photographFile('real', scene)), alike[scene]!);
    }
    const gaussianLevel = Math.sqrt(Math.max(0, real!.std ** 2 - clean!.std ** 2));
    const noise: RealNoise = { real: real!, clean: clean!, gaussianLevel, scenes };
    await writeRunFile(join(folder, fileName), `${JSON.stringify(noise, null, 1)}\n`);
  },
});

/** What that stage found. */
export const readRealNoise = async (folder: string): Promise<RealNoise> =>
  JSON.parse(await readFile(join(folder, fileName), 'utf8'), nullIsNaN) as RealNoise;
