import type { FlatPatchStatistics } from '@deflow/metrics';
import type { Scores } from '../../pipeline/scores.ts';
import type { Series } from '../line-chart.ts';
import type { Fact } from '../report-data.ts';

/** One degradation on one camera at one factor, over all seeds. */
export interface ScoreRow {
  readonly degradation: string;
  readonly mean: Scores;
  /** Standard deviation over the seeds; zero for a single one. */
  readonly spread: Scores;
  readonly akld?: { readonly mean: number; readonly spread: number };
  readonly seeds: number;
}

/** Rows that learned from no truth compete; true pairs and no network at all are there to compare. */
export const competes = ({ degradation }: ScoreRow): boolean =>
  degradation !== 'paired' && degradation !== 'interpolation';

export interface ScoreTable {
  readonly factor: number;
  readonly camera: string;
  readonly pictures: number;
  readonly rows: readonly ScoreRow[];
}

/** The low resolution of every degradation beside the real one, flat patches. */
export interface NoiseTable {
  readonly factor: number;
  readonly columns: readonly { readonly name: string; readonly statistics: FlatPatchStatistics }[];
}

/** A test picture as every degradation's network enlarged it; pictures are data URLs. */
export interface Comparison {
  readonly factor: number;
  readonly camera: string;
  readonly columns: readonly {
    readonly degradation: string;
    readonly label: string;
    readonly picture: string;
    readonly crop: string;
    readonly note: string;
  }[];
}

export interface StudyReport {
  readonly name: string;
  readonly seeds: number;
  readonly facts: readonly Fact[];
  readonly tables: readonly ScoreTable[];
  readonly noise: readonly NoiseTable[];
  readonly comparisons: readonly Comparison[];
  readonly curves: readonly { readonly title: string; readonly yLabel: string; readonly series: readonly Series[] }[];
  /** Seconds and megabytes by kind of stage. */
  readonly stages: readonly {
    readonly kind: string;
    readonly count: number;
    readonly seconds: number;
    readonly peakMB: number;
  }[];
  readonly environment: readonly Fact[];
  readonly configuration: string;
}

/** What the rows of tables are called. */
export const degradationLabels: Readonly<Record<string, string>> = {
  interpolation: 'no network (bicubic interpolation)',
  bicubic: 'bicubic reduction',
  gaussian: 'Gaussian noise',
  'deflow-sigma-0': 'DeFlow, Sigma 0 (as released)',
  deflow: 'DeFlow',
  paired: 'true pairs',
};
