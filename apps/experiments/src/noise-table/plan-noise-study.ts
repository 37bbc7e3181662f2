import type { Stage } from '../pipeline/stage.ts';
import { measurePhotographsStage } from './measure-photographs.ts';
import { measureGaussianStage, measureRowStage } from './measure-row.ts';
import type { NoiseStudy } from './noise-schema.ts';
import { sharedPhotographs } from './photographs.ts';
import { tableStage } from './table-stage.ts';
import { trainRowStage } from './train-row.ts';

/** All stages of a study, as the last one and what it needs. Rows of the same settings and seed are trained once. */
export async function planNoiseStudy(study: NoiseStudy): Promise<Stage> {
  const photographs = await sharedPhotographs(study);
  const real = measurePhotographsStage(photographs);
  const tables = study.tables.map(({ title, seeds, rows }) => ({
    title,
    rows: [
      ...rows.map((row) => ({
        name: row.name,
        stages: seeds.map((seed) => measureRowStage(trainRowStage(row, seed, photographs), seed, photographs, real)),
      })),
      { name: 'Gaussian', stages: seeds.map((seed) => measureGaussianStage(seed, photographs, real)) },
    ],
  }));
  return tableStage(tables, real);
}
