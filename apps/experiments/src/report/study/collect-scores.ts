import { joinScores } from '../../pipeline/scores.ts';
import type { Evaluation } from '../../pipeline/stages/evaluate.ts';
import type { NoiseTable, ScoreRow, ScoreTable } from './study-data.ts';
import { degradationLabels } from './study-data.ts';

/** An evaluation and what was evaluated. */
export interface Evaluated {
  readonly factor: number;
  readonly degradation: string;
  readonly seed: number;
  readonly evaluation: Evaluation;
}

const unique = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Standard deviation of a sample; 0 of a single value. */
function deviation(values: readonly number[]): number {
  const mean = average(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1));
}

/** A table for each factor and camera, seeds joined. */
export function scoreTables(evaluated: readonly Evaluated[]): ScoreTable[] {
  return unique(evaluated.map(({ factor }) => factor)).flatMap((factor) => {
    const here = evaluated.filter((one) => one.factor === factor);
    const cameras = here[0]!.evaluation.cameras;
    return cameras.map(({ camera, pictures }) => ({
      factor,
      camera,
      pictures: pictures.length,
      rows: unique(here.map(({ degradation }) => degradation)).map((degradation): ScoreRow => {
        const seeds = here.filter((one) => one.degradation === degradation);
        const found = seeds.map(({ evaluation }) => evaluation.cameras.find((one) => one.camera === camera)!);
        const divergences = found.flatMap(({ akld }) => (akld === undefined ? [] : [akld]));
        return {
          degradation,
          mean: joinScores(
            found.map(({ mean }) => mean),
            average,
          ),
          spread: joinScores(
            found.map(({ mean }) => mean),
            deviation,
          ),
          seeds: seeds.length,
          ...(divergences.length > 0 ? { akld: { mean: average(divergences), spread: deviation(divergences) } } : {}),
        };
      }),
    }));
  });
}

/** The noise of every degradation, of its first seed, beside the real one. */
export function noiseTables(evaluated: readonly Evaluated[]): NoiseTable[] {
  return unique(evaluated.map(({ factor }) => factor)).map((factor) => {
    const here = evaluated.filter((one) => one.factor === factor && one.evaluation.noise);
    const firsts = here.filter(
      (one, index) => here.findIndex(({ degradation }) => degradation === one.degradation) === index,
    );
    const real = firsts[0]?.evaluation.noise?.real;
    return {
      factor,
      columns: [
        ...(real ? [{ name: 'real', statistics: real }] : []),
        ...firsts.map(({ degradation, evaluation }) => ({
          name: degradationLabels[degradation] ?? degradation,
          statistics: evaluation.noise!.made,
        })),
      ],
    };
  });
}
